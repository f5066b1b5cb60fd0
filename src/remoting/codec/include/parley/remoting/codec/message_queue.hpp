// The name of one queue: topic, broker, number.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace parley::remoting {

/// Ordered as Java's rebalance sorts queues: by topic, then broker, then number.
struct message_queue {
  std::string topic;
  std::string broker_name;
  std::int32_t queue_id{0};
  friend auto operator<=>(const message_queue&, const message_queue&) = default;
};

}  // namespace parley::remoting
