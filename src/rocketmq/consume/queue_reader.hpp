// The one loop of an assigned queue: lock, find the first offset, pull until closed, commit, unlock.
#pragma once

#include "consume/assigned_queue.hpp"
#include "consume/delivery.hpp"
#include "consume/member_context.hpp"
#include "consume/offset_keeper.hpp"
#include "consume/queue_lock.hpp"

#include <functional>
#include <optional>

namespace parley::rocketmq::consume {

/// How long to wait before the next pull, and whether the broker must hear of the group first.
struct pull_recovery {
  milliseconds pause{0};
  bool heartbeat{false};
};
/// Pure: what a failed pull asks for. `failures` counts those in a row, this one included.
[[nodiscard]] pull_recovery recover_from(const error& why, std::int32_t failures) noexcept;

/// Own thread of the core.
class queue_reader {
 public:
  /// `restart` is called when a queue must begin anew at an offset that restart_at() was told of.
  queue_reader(member_context& context, offset_keeper& offsets, delivery& handlers, queue_lock& locks,
               std::function<void(const queue_ptr&)> restart)
      : context_(context), offsets_(offsets), delivery_(handlers), locks_(locks), restart_(std::move(restart)) {}

  /// Returns when the queue is closed and everything that belongs to it is done.
  io::task<void> read(queue_ptr queue);

 private:
  struct pull_slot;

  io::task<bool> position(queue_ptr queue);
  io::task<void> pull_until_closed(queue_ptr queue);
  io::task<std::optional<result<pull_outcome>>> pull(queue_ptr queue);
  io::task<void> pull_into(std::shared_ptr<pull_slot> slot, queue_ptr queue);
  io::task<result<pull_outcome>> pull_once(queue_ptr queue);
  [[nodiscard]] remoting::pull_request make_request(const assigned_queue& queue) const;
  void take(const queue_ptr& queue, pull_outcome&& outcome);
  void take_messages(const queue_ptr& queue, pull_outcome&& outcome);
  void begin_anew(const queue_ptr& queue, const pull_outcome& outcome);
  io::task<void> recover(queue_ptr queue, error why, std::int32_t failures);
  io::task<void> end(queue_ptr queue);

  member_context& context_;
  offset_keeper& offsets_;
  delivery& delivery_;
  queue_lock& locks_;
  std::function<void(const queue_ptr&)> restart_;
};

}  // namespace parley::rocketmq::consume
