// Messages and queues as the library's users see them.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::rocketmq {

/// One queue of a topic on one broker.
struct message_queue {
  std::string topic;
  std::string broker_name;
  std::int32_t queue_id{0};

  /// "topic@broker:3", for logs.
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const message_queue&, const message_queue&) = default;
};

/// A message to send.
struct message {
  std::string topic;              ///< 1 to 127 of [%|a-zA-Z0-9_-]
  std::string body;               ///< 1 byte to 4 MiB, any bytes
  std::string tag{};              ///< at most one; empty = none. Brokers filter by it
  std::vector<std::string> keys{};  ///< for look-up by key; a blank in a key makes several of it
  /// User properties. Names of RocketMQ's own (KEYS, TAGS, UNIQ_KEY, …) and the characters \x01 and \x02 are refused; empty values are left out.
  std::map<std::string, std::string, std::less<>> properties{};
  /// Messages with equal keys go to one queue while the route stays as it is. Empty = queues in turn.
  std::string queue_key{};
  std::int32_t delay_level{0};  ///< 1 to 18 = 1 s … 2 h by the broker's table; 0 = at once
  std::int32_t flag{0};         ///< the application's own; carried, not interpreted
};

/// A message that came from a broker. Owns its bytes.
struct received_message {
  message_queue queue;              ///< where it was read from
  std::int64_t queue_offset{0};
  std::string topic;                ///< the original topic, also for a message that comes from a retry topic
  std::string body;                 ///< inflated
  std::string tag;
  std::string keys;                 ///< joined with blanks, as RocketMQ carries them
  std::map<std::string, std::string, std::less<>> properties;  ///< all of them, RocketMQ's own included
  std::string message_id;           ///< the producer's unique key, equal in all copies of one message
  std::string offset_message_id;    ///< the broker's id of this copy: host, port and commit-log position in hexadecimal
  std::int64_t born_timestamp_ms{0};
  std::int64_t store_timestamp_ms{0};
  std::int32_t reconsume_times{0};  ///< how often it was given back before
  std::int32_t flag{0};
  std::int32_t sys_flag{0};
  std::int64_t commit_log_offset{0};

  /// A property's value, or an empty view.
  [[nodiscard]] std::string_view property(std::string_view name) const noexcept;
};

/// What a subscription lets through.
struct filter {
  /// "*" or empty = everything, "A || B" = these tags.
  std::string tags{"*"};
  /// Also messages without any tag. The broker compares hashes and a missing tag has hash 0, as the text "f5a5a608" has;
  /// so the expression "A || f5a5a608" is what is sent. For pull consumers only.
  bool untagged_too{false};
};

}  // namespace parley::rocketmq
