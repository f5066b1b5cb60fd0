// Who reads which queue: the average allocation that every member of a group computes for itself and must compute alike.
#pragma once

#include <parley/rocketmq/message.hpp>

#include <string>
#include <vector>

namespace parley::rocketmq::consume {

/// The queues of `me` by Apache's default strategy (AVG). Both lists are sorted here, so their order does not matter.
/// A member that is listed twice counts twice, as it does for the group's other members: leaving it out here alone would
/// give a queue to two of them. Empty when `me` is not in `members` or there is nothing to share.
[[nodiscard]] std::vector<message_queue> allocate_averagely(std::vector<message_queue> queues, std::vector<std::string> members,
                                                            const std::string& me);

/// What changes between two assignments of one topic. Both results are in queue order.
struct assignment_change {
  std::vector<message_queue> removed;
  std::vector<message_queue> added;
  [[nodiscard]] bool empty() const noexcept { return removed.empty() && added.empty(); }
};
[[nodiscard]] assignment_change compare_assignments(std::vector<message_queue> before, std::vector<message_queue> after);

}  // namespace parley::rocketmq::consume
