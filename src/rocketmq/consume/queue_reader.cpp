// Pulling, and what each answer of a pull leads to.
#include "consume/queue_reader.hpp"

#include "core/received.hpp"

#include <parley/remoting/codec/codes.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

namespace response_code = remoting::response_code;

constexpr milliseconds position_retry{500};
constexpr milliseconds flow_wait{1000};
/// A held pull is answered up to 5 s after its hold is over; this is what it may be late besides.
constexpr milliseconds pull_grace{15'000};
constexpr milliseconds ending_pause{50};
constexpr std::int32_t damaged_pulls_max = 3;
constexpr std::int32_t log_every = 30;

}  // namespace

struct queue_reader::pull_slot {
  std::optional<result<pull_outcome>> outcome;
};

pull_recovery recover_from(const error& why, std::int32_t failures) noexcept {
  const auto growing = [failures](milliseconds first, milliseconds most) {
    return std::min(first * std::clamp(failures, 1, 100), most);
  };
  switch (why.remote_code) {
    case response_code::subscription_not_exist:
    case response_code::subscription_not_latest: return {growing(milliseconds{50}, milliseconds{1000}), true};
    case response_code::flow_control:
    case response_code::system_busy: return {growing(milliseconds{20}, milliseconds{500}), false};
    default: break;
  }
  // Without an answer: the dialer paces the attempts, and a broker that is back must be found at once.
  if (why.remote_code < 0) return {growing(milliseconds{20}, milliseconds{200}), false};
  return {growing(milliseconds{200}, milliseconds{3000}), false};
}

io::task<void> queue_reader::read(queue_ptr queue) {
  bool ready = true;
  if (context_.locks_queues()) ready = co_await locks_.acquire(queue);
  if (ready) ready = co_await position(queue);
  if (ready) {
    if (context_.options.order == consume_order::orderly) {
      queue->serving = context_.spawn(context_.gate, delivery_.serve_in_order(queue));
    }
    co_await pull_until_closed(queue);
  }
  co_await end(queue);
}

io::task<bool> queue_reader::position(queue_ptr queue) {
  std::int32_t failures = 0;
  while (!queue->is_closed() && !context_.gate.stopping()) {
    queue->alive_at = context_.now();
    const auto offset = co_await offsets_.first_offset(queue->queue, queue->origin);
    if (queue->is_closed()) break;
    if (offset) {
      const auto& options = context_.options;
      flow_limits limits{.messages = options.max_cached_messages, .bytes = options.max_cached_bytes, .span = options.max_cached_span};
      if (options.order == consume_order::orderly) limits.span = 0;
      queue->flight.emplace(limits, *offset, queue->generation);
      queue->publish();
      co_return true;
    }
    if (failures++ % log_every == 0) {
      context_.log().warn(
          "the first offset of a queue is not known yet",
          {{"group", context_.options.group}, {"queue", queue->queue.to_string()}, {"error", offset.error().message}});
    }
    co_await wait_open(queue, context_.now() + position_retry);
  }
  co_return false;
}

io::task<void> queue_reader::pull_until_closed(queue_ptr queue) {
  std::int32_t failures = 0;
  while (!queue->is_closed() && !context_.gate.stopping()) {
    queue->alive_at = context_.now();
    if (queue->flight->state() != flow::open) {
      co_await queue->changed.wait_until(context_.now() + flow_wait);
      continue;
    }
    auto outcome = co_await pull(queue);
    if (!outcome) break;
    if (outcome->has_value()) {
      if (failures > 0)
        context_.log().info("reading goes on", {{"group", context_.options.group}, {"queue", queue->queue.to_string()}});
      failures = 0;
      take(queue, std::move(**outcome));
      continue;
    }
    ++failures;
    co_await recover(queue, outcome->error(), failures);
  }
}

/// Nothing when the queue was closed first: what the call still brings is then for nobody, and no offset passes over it.
io::task<std::optional<result<pull_outcome>>> queue_reader::pull(queue_ptr queue) {
  const auto slot = std::make_shared<pull_slot>();
  ++context_.counters.pulls;
  if (!context_.spawn(context_.held, pull_into(slot, queue))) co_return std::nullopt;
  while (!slot->outcome && !queue->is_closed() && !context_.gate.stopping()) co_await queue->changed.wait();
  if (queue->is_closed()) co_return std::nullopt;
  co_return std::move(slot->outcome);
}

io::task<void> queue_reader::pull_into(std::shared_ptr<pull_slot> slot, queue_ptr queue) {
  auto outcome = co_await pull_once(queue);
  slot->outcome.emplace(std::move(outcome));
  queue->changed.notify_all();
}

io::task<result<pull_outcome>> queue_reader::pull_once(queue_ptr queue) {
  const auto& name = queue->queue.broker_name;
  const auto address = context_.core->broker_address(name, queue->broker_id, true);
  if (!address) {
    const auto asked = co_await context_.core->fresh_route(queue->queue.topic, context_.request_deadline());
    if (!asked) co_return asked.error();
    co_return fail(errc::unavailable, fmt::format("no route names the broker {} of {}", name, queue->queue.to_string()));
  }
  auto registered = co_await context_.core->ensure_registered(*address, context_.request_deadline());
  if (!registered) co_return std::move(registered).error();
  if (queue->is_closed()) co_return fail(errc::stopped, "the queue was given away");
  const auto now = context_.now();
  queue->gauges->last_pull.store(now, std::memory_order_relaxed);
  auto request = make_request(*queue);
  auto outcome = co_await context_.calls.pull(*address, std::move(request), now + context_.options.broker_hold + pull_grace);
  co_return outcome;
}

/// Carries no commit: a broker may take it after a later commit that it was sent beside this, and the offset would go back.
remoting::pull_request queue_reader::make_request(const assigned_queue& queue) const {
  remoting::pull_request out{.consumer_group = context_.options.group, .topic = queue.queue.topic, .queue_id = queue.queue.queue_id};
  out.queue_offset = queue.flight->next_offset();
  out.max_messages = context_.options.pull_batch;
  out.sys_flag = remoting::pull_flag::suspend;
  out.suspend_timeout_ms = context_.options.broker_hold.count();
  out.sub_version = context_.subscriptions.announced_version();
  out.expression_type = "TAG";
  out.broker_name = queue.queue.broker_name;
  return out;
}

void queue_reader::take(const queue_ptr& queue, pull_outcome&& outcome) {
  queue->gauges->broker_max_offset.store(outcome.max_offset, std::memory_order_relaxed);
  if (outcome.status == pull_status::offset_moved) {
    // A replica may lag behind: only the master's word moves an offset.
    if (std::exchange(queue->broker_id, 0) == 0) begin_anew(queue, outcome);
    return;
  }
  queue->broker_id = outcome.suggested_broker_id;
  take_messages(queue, std::move(outcome));
  queue->publish();
}

void queue_reader::take_messages(const queue_ptr& queue, pull_outcome&& outcome) {
  auto& flight = *queue->flight;
  for (auto& stored : outcome.messages) {
    const auto offset = stored.queue_offset;
    const auto size = stored.body.size();
    auto message = std::make_shared<received_message>(core::to_received(std::move(stored), queue->queue));
    message->queue_offset = offset;
    if (!context_.subscriptions.wants(queue->queue.topic, message->tag)) {
      flight.advance(offset + 1);
      continue;
    }
    if (!flight.take(offset, size)) continue;
    delivery_.offer(queue, std::move(message));
    if (queue->is_closed()) return;  // the handler itself ended it
  }
  if (!outcome.damage) {
    queue->damaged_pulls = 0;
    flight.advance(outcome.next_offset);
    return;
  }
  // The bytes may have been hurt on their way: read again from the damaged message on before it is passed over, alone.
  if (!outcome.messages.empty()) queue->damaged_pulls = 0;
  if (++queue->damaged_pulls <= damaged_pulls_max) return;
  context_.log().error(
      "a message cannot be decoded and is passed over",
      {{"queue", queue->queue.to_string()}, {"offset", std::to_string(flight.next_offset())}, {"error", outcome.damage->message}});
  queue->damaged_pulls = 0;
  flight.advance(flight.next_offset() + 1);
}

void queue_reader::begin_anew(const queue_ptr& queue, const pull_outcome& outcome) {
  context_.log().warn("the broker moved a queue's offset", {{"group", context_.options.group},
                                                            {"queue", queue->queue.to_string()},
                                                            {"from", std::to_string(queue->flight->next_offset())},
                                                            {"to", std::to_string(outcome.next_offset)}});
  offsets_.restart_at(queue->queue, outcome.next_offset);
  queue->may_commit = false;
  queue->abandon();
  restart_(queue);
}

io::task<void> queue_reader::recover(queue_ptr queue, error why, std::int32_t failures) {
  if (why.code == errc::stopped) {
    // The client is ending; this loop will be told soon.
    const auto until = context_.now() + ending_pause;
    co_await wait_open(queue, until);
    co_return;
  }
  ++context_.counters.pull_failures;
  const auto what = recover_from(why, failures);
  if (failures % log_every == 1) {
    context_.log().warn("a pull failed",
                        {{"group", context_.options.group}, {"queue", queue->queue.to_string()}, {"error", why.message}});
  }
  if (what.heartbeat) {
    const auto version = context_.subscriptions.version();
    co_await context_.core->heartbeat_now();
    context_.subscriptions.announced(version);
  }
  // A replica that fails is no reason to stay with it.
  queue->broker_id = 0;
  co_await wait_open(queue, context_.now() + what.pause);
}

io::task<void> queue_reader::end(queue_ptr queue) {
  const bool orderly = context_.options.order == consume_order::orderly;
  // While stopping, what runs may finish and still be committed. An orderly queue is not given away before its handler is done:
  // nobody else may be handed its next message until then.
  while (!context_.gate.stopping()) {
    const bool late = context_.stopping && context_.now() >= context_.drain_deadline;
    const bool busy = orderly ? queue->serving : (context_.stopping && !queue->abandoned && queue->handling > 0);
    if (!busy || late) break;
    if (context_.stopping) {
      co_await queue->changed.wait_until(context_.drain_deadline);
    } else {
      co_await queue->changed.wait();
    }
  }
  co_await offsets_.commit_last(queue);
  queue->abandoned = true;
  co_await locks_.release(queue);
}

}  // namespace parley::rocketmq::consume
