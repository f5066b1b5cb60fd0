// The average allocation and the difference of two assignments.
#include "consume/rebalance.hpp"

#include <algorithm>
#include <iterator>

namespace parley::rocketmq::consume {

std::vector<message_queue> allocate_averagely(std::vector<message_queue> queues, std::vector<std::string> members,
                                              const std::string& me) {
  std::sort(queues.begin(), queues.end());
  std::sort(members.begin(), members.end());
  const auto own = std::find(members.begin(), members.end(), me);
  if (own == members.end()) return {};

  const auto count = queues.size();
  const auto sharers = members.size();
  const auto index = static_cast<std::size_t>(std::distance(members.begin(), own));
  // The first `rest` members take one queue more, so the shares lie back to back without a gap.
  const auto rest = count % sharers;
  const auto share = count / sharers + (index < rest ? 1 : 0);
  const auto start = index * (count / sharers) + std::min(index, rest);
  const auto first = queues.begin() + static_cast<std::ptrdiff_t>(start);
  return {first, first + static_cast<std::ptrdiff_t>(share)};
}

assignment_change compare_assignments(std::vector<message_queue> before, std::vector<message_queue> after) {
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  assignment_change out;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(out.removed));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(out.added));
  return out;
}

}  // namespace parley::rocketmq::consume
