// Statistics by queue: topics (202) and consumer groups (208).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/message_queue.hpp>

#include <cstdint>
#include <map>

namespace parley::remoting {

struct topic_offset {
  std::int64_t min_offset{0};
  std::int64_t max_offset{0};
  std::int64_t last_update_ms{0};
  friend bool operator==(const topic_offset&, const topic_offset&) = default;
};

struct topic_stats {
  std::map<message_queue, topic_offset> queues{};
  double put_tps{0};
  friend bool operator==(const topic_stats&, const topic_stats&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<topic_stats> decode(byte_view in);
};

struct consume_offset {
  std::int64_t broker_offset{0};    ///< where the queue ends
  std::int64_t consumer_offset{0};  ///< what the group has committed; the difference is its lag
  std::int64_t pull_offset{0};
  std::int64_t last_timestamp_ms{0};
  friend bool operator==(const consume_offset&, const consume_offset&) = default;
};

struct consume_stats {
  std::map<message_queue, consume_offset> queues{};
  double tps{0};
  friend bool operator==(const consume_stats&, const consume_stats&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<consume_stats> decode(byte_view in);
};

}  // namespace parley::remoting
