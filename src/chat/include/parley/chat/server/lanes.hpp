// Which publication may be sent now: those with one queue key go one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace parley::chat {

/// A broker handles the sends of one connection out of order, so the next event of a room leaves only when the former is stored.
/// Knows the publications by the numbers that their owner gives them. No I/O; one thread.
class lanes {
 public:
  using ticket = std::uint64_t;

  /// True when its lane was free: it has taken the lane and may go. Else it waits for leave(). Without a queue key there is no lane.
  [[nodiscard]] bool enter(std::string_view queue_key, ticket number);
  /// The one under way in this lane is over: gives the next, which has taken the lane.
  [[nodiscard]] std::optional<ticket> leave(std::string_view queue_key);
  /// How many wait.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

 private:
  std::map<std::string, std::deque<ticket>, std::less<>> taken_;
  std::size_t waiting_{0};
};

}  // namespace parley::chat
