// Bookkeeping of the offsets in flight.
#include "consume/process_queue.hpp"

#include <algorithm>

namespace parley::rocketmq::consume {

bool process_queue::take(std::int64_t offset, std::size_t bytes) {
  if (dropped_ || offset < next_offset_) return false;
  unfinished_.emplace_hint(unfinished_.end(), offset, bytes);
  bytes_ += bytes;
  next_offset_ = offset + 1;
  return true;
}

void process_queue::advance(std::int64_t next_offset) noexcept {
  if (!dropped_) next_offset_ = std::max(next_offset_, next_offset);
}

bool process_queue::finish(std::int64_t offset) {
  const auto found = unfinished_.find(offset);
  if (found == unfinished_.end()) return false;
  bytes_ -= found->second;
  unfinished_.erase(found);
  return true;
}

std::int64_t process_queue::commit_offset() const noexcept {
  return unfinished_.empty() ? next_offset_ : unfinished_.begin()->first;
}

flow process_queue::state() const noexcept {
  if (unfinished_.size() > limits_.messages) return flow::too_many;
  if (bytes_ > limits_.bytes) return flow::too_large;
  if (limits_.span > 0 && highest() - lowest() > limits_.span) return flow::too_wide;
  return flow::open;
}

}  // namespace parley::rocketmq::consume
