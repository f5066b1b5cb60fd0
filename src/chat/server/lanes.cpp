// Which publication may be sent now: those with one queue key go one after the other.
#include <parley/chat/server/lanes.hpp>

namespace parley::chat {

bool lanes::enter(std::string_view queue_key, ticket number) {
  if (queue_key.empty()) return true;
  const auto lane = taken_.find(queue_key);
  if (lane == taken_.end()) {
    taken_.emplace(queue_key, std::deque<ticket>{});
    return true;
  }
  lane->second.push_back(number);
  ++waiting_;
  return false;
}

std::optional<lanes::ticket> lanes::leave(std::string_view queue_key) {
  const auto lane = taken_.find(queue_key);
  if (lane == taken_.end()) return std::nullopt;
  if (lane->second.empty()) {
    taken_.erase(lane);
    return std::nullopt;
  }
  const ticket next = lane->second.front();
  lane->second.pop_front();
  --waiting_;
  return next;
}

}  // namespace parley::chat
