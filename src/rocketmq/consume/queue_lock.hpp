// Orderly groups: the broker's lock on each queue, taken before it is read and renewed while it is held.
#pragma once

#include "consume/assigned_queue.hpp"
#include "consume/member_context.hpp"

#include <vector>

namespace parley::rocketmq::consume {

[[nodiscard]] inline bool lock_is_dead(steady_time locked_at, steady_time now, milliseconds lease) noexcept {
  return now - locked_at >= lease;
}

/// Own thread of the core.
class queue_lock {
 public:
  explicit queue_lock(member_context& context) : context_(context) {}

  /// Tries until the queue is ours (true) or closed.
  io::task<bool> acquire(queue_ptr queue);
  io::task<void> release(queue_ptr queue);
  /// Renews the locks of these queues and returns those that are ours no more: refused by the broker, or not renewed in time.
  io::task<std::vector<queue_ptr>> renew(std::vector<queue_ptr> queues);

 private:
  member_context& context_;
};

}  // namespace parley::rocketmq::consume
