// The loop that reads one queue.
#include "pull/pull_state.hpp"

#include "core/names.hpp"
#include "core/received.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/message.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq {
namespace {

// The broker answers a held pull up to 5 s after its time, as it looks at them that seldom. A broker that is gone is found
// sooner, by the core's probes of silent connections.
constexpr milliseconds beyond_hold{15'000};
constexpr milliseconds pause_without_address{200};

milliseconds elapsed(steady_time from, steady_time to) { return std::chrono::duration_cast<milliseconds>(to - from); }

}  // namespace

io::task<void> pull_consumer::state::read_forever(reader_ptr own) {
  const auto self = shared_from_this();
  while (own->alive && core->running()) {
    co_await wait_for_room();
    if (!own->alive) co_return;
    const auto pause = co_await read_once(own);
    if (!own->alive) co_return;
    if (pause.count() > 0) {
      const bool awake = co_await core->sleep(pause);
      if (!awake) co_return;
    }
  }
}

remoting::command pull_consumer::state::request_for(const reader& of) const {
  remoting::pull_request out;
  out.consumer_group = options.group;
  out.topic = of.queue.topic;
  out.queue_id = of.queue.queue_id;
  out.queue_offset = of.next_offset;
  out.max_messages = of.batch;
  out.sys_flag = remoting::pull_flag::subscription;
  // After a failure the broker is asked for its word at once: a pull that is held would leave it open for its whole length
  // whether the queue can be read again.
  if (!of.health.failing()) out.sys_flag |= remoting::pull_flag::suspend;
  out.suspend_timeout_ms = options.broker_hold.count();
  out.subscription = of.passing->expression();
  out.expression_type = "TAG";
  out.broker_name = of.queue.broker_name;
  return out.to_command();
}

io::task<milliseconds> pull_consumer::state::read_once(reader_ptr own) {
  const auto address = core->broker_address(own->queue.broker_name, own->broker_id, true);
  if (!address) {
    const auto deadline = core->time().steady_now() + core->options().request_timeout;
    co_await core->fresh_route(own->queue.topic, deadline);
    if (core->broker_address(own->queue.broker_name, own->broker_id, true)) co_return milliseconds{0};
    const auto why = fail(errc::unavailable,
                          fmt::format("no NameServer of {} knows broker {}", core->name_servers(), own->queue.broker_name));
    failed(*own, why);
    co_return pause_without_address;
  }
  const auto asked_at = core->time().steady_now();
  auto request = request_for(*own);
  const auto outcome = co_await core->call(*address, std::move(request), asked_at + options.broker_hold + beyond_hold);
  if (!own->alive) co_return milliseconds{0};
  if (!outcome.answer) {
    own->broker_id = 0;
    co_return failed(*own, outcome.answer.error());
  }
  if (pull::verdict_of(outcome.answer->code) == pull::verdict::refused) {
    const auto pause = take(own, *outcome.answer, elapsed(asked_at, core->time().steady_now()));
    co_await core->fresh_route(own->queue.topic, core->time().steady_now() + core->options().request_timeout);
    co_return pause;
  }
  co_return take(own, *outcome.answer, elapsed(asked_at, core->time().steady_now()));
}

milliseconds pull_consumer::state::failed(reader& of, const error& why) {
  ++failures_;
  if (of.health.failed(core->time().steady_now(), false)) tell_trouble(of, why);
  return of.pace.after_failure();
}

milliseconds pull_consumer::state::take(const reader_ptr& of, const remoting::command& answer, milliseconds took) {
  const auto what = pull::verdict_of(answer.code);
  if (what == pull::verdict::refused) {
    ++failures_;
    const auto why = refused(of->queue, answer);
    if (of->health.failed(core->time().steady_now(), true)) tell_trouble(*of, why);
    return of->pace.after_answer(what, took);
  }
  if (of->health.worked()) tell_trouble(*of, error{.code = errc::internal, .message = {}});
  if (what == pull::verdict::busy) return of->pace.after_answer(what, took);
  const auto head = remoting::pull_response::read(answer.fields);
  if (!head) {
    return failed(*of, head.error());
  }
  of->broker_id = head->suggested_broker_id;
  const bool advanced = head->next_begin_offset != of->next_offset;
  if (what == pull::verdict::messages) {
    take_messages(of, answer, *head);
  } else {
    if (what == pull::verdict::moved) {
      core->log().warn("the broker moved a queue's offset", {{"queue", of->queue.to_string()},
                                                             {"from", std::to_string(of->next_offset)},
                                                             {"to", std::to_string(head->next_begin_offset)},
                                                             {"error", answer.remark.value_or("")}});
    }
    of->next_offset = head->next_begin_offset;
  }
  if (of->alive) note_end(*of, head->max_offset);
  return of->pace.after_answer(what, took, advanced);
}

void pull_consumer::state::take_messages(const reader_ptr& of, const remoting::command& answer, const remoting::pull_response& head) {
  auto decoded = remoting::decode_messages(answer.body);
  const auto delta = head.offset_delta.value_or(0);
  if (decoded.damage) {
    core->log().error("a message could not be read", {{"queue", of->queue.to_string()}, {"error", decoded.damage->message}});
    // The messages before the damage are good. At the damage one message is asked for alone, so that only it is passed over.
    if (!decoded.messages.empty()) {
      of->next_offset = decoded.messages.back().queue_offset + delta + 1;
    } else if (of->batch > 1) {
      of->batch = 1;
    } else {
      tell_trouble(*of, *decoded.damage);
      of->next_offset = head.next_begin_offset;
      of->batch = options.pull_batch;
    }
  } else {
    of->next_offset = head.next_begin_offset;
    of->batch = options.pull_batch;
  }
  const auto passing = of->passing;
  for (auto& message : decoded.messages) {
    message.queue_offset += delta;
    if (!passing->passes(message.properties.text("TAGS"))) continue;
    deliver(core::to_received(std::move(message), of->queue));
    if (!of->alive) return;  // the sink has stopped or moved it
  }
}

error pull_consumer::state::refused(const message_queue& queue, const remoting::command& answer) const {
  auto why = core::refusal("pulling " + queue.to_string(), "broker " + queue.broker_name, answer);
  if (answer.code == remoting::response_code::subscription_group_not_exist) {
    why.message += fmt::format(
        ": create the group with admin::create_group or run mqadmin updateSubGroup -n {} -c DefaultCluster -g {}",
        core->name_servers(), options.group);
  }
  return why;
}

void pull_consumer::state::tell_trouble(const reader& of, const error& why) {
  if (why.message.empty()) {
    core->log().info("a queue is read again", {{"queue", of.queue.to_string()}});
  } else {
    core->log().warn("a queue cannot be read", {{"queue", of.queue.to_string()}, {"error", why.message}});
  }
  if (!on_trouble) return;
  try {
    on_trouble(of.queue, why);
  } catch (const std::exception& thrown) {
    core->log().error("the trouble handler of a pull consumer threw", {{"error", thrown.what()}});
  }
}

}  // namespace parley::rocketmq
