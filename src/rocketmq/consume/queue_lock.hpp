// Orderly groups: the broker's lock on each queue, taken before it is read and renewed while it is held.
#pragma once

#include "consume/assigned_queue.hpp"
#include "consume/member_context.hpp"

#include <string>
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
  /// Waits for the lock calls that are on their way: a broker takes calls side by side, and one that it took after the unlock
  /// would keep the queue from everybody for a minute.
  io::task<void> release(queue_ptr queue);
  /// Renews the locks of these queues and returns those that are ours no more: refused by the broker, or not renewed in time.
  io::task<std::vector<queue_ptr>> renew(std::vector<queue_ptr> queues);

 private:
  io::task<result<std::vector<message_queue>>> ask(std::string broker, std::vector<queue_ptr> queues);
  io::task<void> calls_ended(queue_ptr queue);
  io::task<result<void>> unlock(message_queue queue);

  member_context& context_;
};

}  // namespace parley::rocketmq::consume
