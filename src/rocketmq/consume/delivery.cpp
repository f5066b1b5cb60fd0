// Verdicts and what follows from them.
#include "consume/delivery.hpp"

#include "consume/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

constexpr milliseconds send_back_patience{5000};
constexpr milliseconds local_retry_delay{5000};
constexpr milliseconds burial_retry_delay{1000};

}  // namespace

io::task<void> wait_open(queue_ptr queue, steady_time until) {
  while (!queue->is_closed()) {
    const auto why = co_await queue->changed.wait_until(until);
    if (why != io::wake_reason::notified) co_return;
  }
}

void delivery::offer(const queue_ptr& queue, message_ptr message) {
  if (context_.options.order == consume_order::orderly) {
    queue->waiting.push_back(std::move(message));
    queue->changed.notify_all();
    return;
  }
  run(queue, message, [this, queue, message](std::optional<consume_verdict> verdict) { settle(queue, message, verdict); });
}

void delivery::run(const queue_ptr& queue, const message_ptr& message, verdict_sink settled) {
  ++queue->handling;
  ++running_;
  ++context_.counters.delivered;
  runner_->run(queue, message, [this, owner = context_.owner, settled = std::move(settled)](std::optional<consume_verdict> verdict) {
    const auto alive = owner.lock();
    if (!alive) return;
    if (!verdict) --context_.counters.delivered;
    if (--running_ == 0) idle_.notify_all();
    settled(verdict);
  });
}

io::task<void> delivery::all_handled(steady_time deadline) {
  while (running_ > 0) {
    const auto why = co_await idle_.wait_until(deadline);
    if (why == io::wake_reason::deadline) co_return;
  }
}

void delivery::settle(const queue_ptr& queue, const message_ptr& message, std::optional<consume_verdict> verdict) {
  queue->last_handled_ms = context_.core->time().wall_ms();
  const bool failed = verdict == consume_verdict::retry_later;
  const bool goes_back = failed && !queue->abandoned && context_.clustering();
  if (goes_back && context_.spawn(context_.gate, return_message(queue, message))) return;
  --queue->handling;
  if (!verdict || queue->abandoned) {
    queue->changed.notify_all();
    return;
  }
  if (failed && context_.clustering()) {
    queue->changed.notify_all();  // the gate is closed: not finished, so it will come again after the next start
    return;
  }
  if (failed) return give_up(queue, *message);
  ++context_.counters.done;
  queue->finish(message->queue_offset);
}

void delivery::give_up(const queue_ptr& queue, const received_message& message) {
  context_.log().warn("a broadcast message failed and is dropped", {{"group", context_.options.group},
                                                                    {"queue", queue->queue.to_string()},
                                                                    {"offset", std::to_string(message.queue_offset)},
                                                                    {"mq_msg_id", message.message_id}});
  queue->finish(message.queue_offset);
}

void delivery::finish_failed(const queue_ptr& queue, const received_message& message) {
  if (ends_as_dead_letter(message.reconsume_times, context_.options.max_reconsume_times)) {
    ++context_.counters.dead_lettered;
    context_.log().error("a message failed too often and goes to the dead-letter queue",
                         {{"group", context_.options.group},
                          {"queue", queue->queue.to_string()},
                          {"offset", std::to_string(message.queue_offset)},
                          {"mq_msg_id", message.message_id}});
  } else {
    ++context_.counters.retried;
    on_returned_();
  }
  if (!queue->abandoned) queue->finish(message.queue_offset);
}

io::task<void> delivery::return_message(queue_ptr queue, message_ptr message) {
  const auto deadline = context_.stopping ? context_.drain_deadline : context_.now() + send_back_patience;
  returned_message what{.message = message,
                        .reconsume_times = message->reconsume_times + 1,
                        .max_reconsume_times = context_.options.max_reconsume_times};
  auto returned = co_await context_.calls.send_back(what, deadline);
  if (!returned) {
    context_.log().warn("the broker did not take a message back: a copy is sent instead",
                        {{"queue", queue->queue.to_string()},
                         {"offset", std::to_string(message->queue_offset)},
                         {"error", returned.error().message}});
    const auto copy_deadline = context_.stopping ? context_.drain_deadline : context_.now() + send_back_patience;
    returned = co_await context_.calls.send_copy(what, copy_deadline);
  }
  --queue->handling;
  queue->changed.notify_all();
  if (returned) {
    finish_failed(queue, *message);
    co_return;
  }
  context_.log().warn(
      "a failed message could not be given back: it is tried here again",
      {{"queue", queue->queue.to_string()}, {"offset", std::to_string(message->queue_offset)}, {"error", returned.error().message}});
  context_.spawn(context_.gate, try_here_later(queue, message));
}

io::task<void> delivery::try_here_later(queue_ptr queue, message_ptr message) {
  co_await wait_open(queue, context_.now() + local_retry_delay);
  if (queue->is_closed() || context_.gate.stopping()) co_return;
  offer(queue, message);
}

io::task<std::optional<consume_verdict>> delivery::handle(queue_ptr queue, message_ptr message) {
  struct verdict_slot {
    bool settled{false};
    std::optional<consume_verdict> verdict;
  };
  const auto slot = std::make_shared<verdict_slot>();
  auto sink = [slot, queue](std::optional<consume_verdict> verdict) {
    slot->settled = true;
    slot->verdict = verdict;
    queue->changed.notify_all();
  };
  run(queue, message, std::move(sink));
  while (!slot->settled && !context_.gate.stopping()) co_await queue->changed.wait();
  --queue->handling;
  queue->last_handled_ms = context_.core->time().wall_ms();
  co_return slot->verdict;
}

io::task<bool> delivery::bury(queue_ptr queue, message_ptr message) {
  const auto maximum = context_.options.max_reconsume_times;
  // One more than the maximum, so that the broker does not delay it once more.
  returned_message what{
      .message = message, .reconsume_times = std::max(message->reconsume_times, maximum + 1), .max_reconsume_times = maximum};
  while (!queue->abandoned) {
    const auto buried = co_await context_.calls.send_copy(what, context_.request_deadline());
    if (buried) co_return true;
    context_.log().warn("a dead letter could not be sent: its queue waits", {{"queue", queue->queue.to_string()},
                                                                             {"offset", std::to_string(message->queue_offset)},
                                                                             {"error", buried.error().message}});
    if (queue->is_closed() || context_.gate.stopping()) break;
    co_await wait_open(queue, context_.now() + burial_retry_delay);
  }
  co_return false;
}

io::task<message_ptr> delivery::after_ordered_failure(queue_ptr queue, message_ptr message) {
  const auto& options = context_.options;
  switch (after_failure(options.model, options.order, message->reconsume_times, options.max_reconsume_times)) {
    case failure_action::give_up: give_up(queue, *message); co_return nullptr;
    case failure_action::dead_letter: {
      const bool buried = co_await bury(queue, message);
      if (buried) finish_failed(queue, *message);
      co_return buried ? nullptr : message;
    }
    case failure_action::repeat_in_place:
    case failure_action::send_back: break;
  }
  ++context_.counters.retried;
  auto again = std::make_shared<received_message>(*message);
  ++again->reconsume_times;
  co_await wait_open(queue, context_.now() + options.orderly_retry_delay);
  co_return again;
}

io::task<void> delivery::serve_in_order(queue_ptr queue) {
  while (!queue->is_closed() && !context_.gate.stopping()) {
    if (queue->waiting.empty()) {
      co_await queue->changed.wait();
      continue;
    }
    const auto message = queue->waiting.front();
    const auto verdict = co_await handle(queue, message);
    if (!verdict || queue->abandoned) break;
    if (*verdict == consume_verdict::done) {
      ++context_.counters.done;
      queue->waiting.pop_front();
      queue->finish(message->queue_offset);
      continue;
    }
    auto next = co_await after_ordered_failure(queue, message);
    if (next) {
      queue->waiting.front() = std::move(next);
    } else {
      queue->waiting.pop_front();
    }
  }
  queue->waiting.clear();
  queue->serving = false;
  queue->changed.notify_all();
}

}  // namespace parley::rocketmq::consume
