// Locks of queues for orderly consumption: LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/message_queue.hpp>

#include <string>
#include <vector>

namespace parley::remoting {

/// The body of both requests.
struct lock_request {
  std::string consumer_group;
  std::string client_id;
  std::vector<message_queue> queues{};
  bool only_this_broker{false};
  friend bool operator==(const lock_request&, const lock_request&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<lock_request> decode(byte_view in);
};

/// The answer to a lock: the queues that this client holds now.
struct lock_response {
  std::vector<message_queue> locked{};
  friend bool operator==(const lock_response&, const lock_response&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<lock_response> decode(byte_view in);
};

}  // namespace parley::remoting
