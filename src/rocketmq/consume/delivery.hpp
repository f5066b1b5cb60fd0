// From a read message to its end: handled, given back, or dead.
#pragma once

#include "consume/assigned_queue.hpp"
#include "consume/handler_runner.hpp"
#include "consume/member_context.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace parley::rocketmq::consume {

/// Own thread of the core.
class delivery {
 public:
  /// `on_returned` is called after a message went to the retry topic, which may be new.
  delivery(member_context& context, std::shared_ptr<handler_runner> runner, std::function<void()> on_returned)
      : context_(context), runner_(std::move(runner)), on_returned_(std::move(on_returned)), idle_(context.core->executor()) {}

  /// Takes a message that counts as in flight. Concurrent: its handler begins now. Orderly: serve_in_order() will come to it.
  void offer(const queue_ptr& queue, message_ptr message);
  /// Orderly: one message at a time until the queue is closed; then the queue's `serving` is false.
  io::task<void> serve_in_order(queue_ptr queue);
  /// Runs the handler apart from any order; `settled` is called on the core's thread, once, while the consumer lives.
  void run(const queue_ptr& queue, const message_ptr& message, verdict_sink settled);
  /// Handlers that were called, or are about to be, and have not said their verdict.
  [[nodiscard]] std::size_t running() const noexcept { return running_; }
  /// Waits until none runs.
  io::task<void> all_handled(steady_time deadline);

 private:
  void settle(const queue_ptr& queue, const message_ptr& message, std::optional<consume_verdict> verdict);
  void give_up(const queue_ptr& queue, const received_message& message);
  void finish_failed(const queue_ptr& queue, const received_message& message);
  io::task<void> return_message(queue_ptr queue, message_ptr message);
  io::task<void> try_here_later(queue_ptr queue, message_ptr message);

  io::task<std::optional<consume_verdict>> handle(queue_ptr queue, message_ptr message);
  /// What is to be served next after a failure: the same message again, or nothing when it is over with it.
  io::task<message_ptr> after_ordered_failure(queue_ptr queue, message_ptr message);
  io::task<bool> bury(queue_ptr queue, message_ptr message);

  member_context& context_;
  std::shared_ptr<handler_runner> runner_;
  std::function<void()> on_returned_;
  io::signal idle_;
  std::size_t running_{0};
};

/// Waits until then or until the queue is closed.
io::task<void> wait_open(queue_ptr queue, steady_time until);

}  // namespace parley::rocketmq::consume
