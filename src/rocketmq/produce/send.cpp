// One send: attempts until it is stored, refused for good, or out of time.
#include "produce/producer_state.hpp"

#include "core/names.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/send.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq {
namespace {

// Less than this is not worth an attempt.
constexpr milliseconds least_time{5};
constexpr milliseconds pause_step{20};
constexpr milliseconds most_pause{200};
constexpr milliseconds fresh_route_time{1000};

send_outcome stored(const remoting::command& answer, const produce::prepared_message& what, message_queue queue, std::int32_t attempts) {
  send_outcome out;
  out.status = send_status::stored;
  out.message_id = what.unique_key;
  out.queue = std::move(queue);
  out.detail = produce::detail_of(answer.code);
  out.attempts = attempts;
  // The broker holds it, whatever else it failed to say.
  if (auto said = remoting::send_response::read(answer.fields)) {
    out.offset_message_id = std::move(said->message_id);
    out.queue.queue_id = said->queue_id;
    out.queue_offset = said->queue_offset;
  }
  return out;
}

send_outcome not_stored(const produce::send_progress& progress, const produce::prepared_message& what, message_queue queue) {
  send_outcome out;
  out.status = progress.status();
  out.message_id = what.unique_key;
  out.queue = std::move(queue);
  out.attempts = progress.attempts();
  out.cause = progress.cause();
  out.cause.message.insert(0, fmt::format("sending to topic {}: ", what.topic));
  return out;
}

}  // namespace

remoting::command producer::state::request_for(const produce::prepared_message& what, const message_queue& to) const {
  remoting::send_request out;
  out.producer_group = options.group;
  out.topic = what.topic;
  out.default_topic = core::auto_create_topic;
  out.default_topic_queues = options.default_topic_queues;
  out.queue_id = to.queue_id;
  out.sys_flag = what.sys_flag;
  out.born_timestamp_ms = what.born_timestamp_ms;
  out.flag = what.flag;
  out.properties = what.properties;
  out.broker_name = to.broker_name;
  return out.to_command(what.body);
}

// A refusal comes at once, so a pause keeps the attempts apart; a failed connection is paced by the dialer.
io::task<void> producer::state::before_retry(const error& why, const std::string& topic, std::int32_t attempts, steady_time deadline) {
  const auto now = core->time().steady_now();
  const bool topic_gone = why.remote_code == remoting::response_code::topic_not_exist;
  const bool no_address = why.code == errc::unavailable;
  if (topic_gone || no_address) co_await core->fresh_route(topic, std::min(deadline, now + fresh_route_time));
  if (why.code == errc::unreachable || why.code == errc::disconnected || why.code == errc::timed_out) co_return;
  const auto pause = std::min({most_pause, pause_step * std::max(1, attempts), std::chrono::duration_cast<milliseconds>(deadline - now)});
  if (pause.count() > 0) co_await core->sleep(pause);
}

io::task<send_outcome> producer::state::send(produce::prepared_message what, send_options how, steady_time deadline) {
  const auto self = shared_from_this();
  produce::send_progress progress(options.retries);
  message_queue queue{.topic = what.topic, .broker_name = {}, .queue_id = 0};
  std::string avoid;  // the broker that was just tried
  while (true) {
    auto found = co_await find_target(what, how, avoid, deadline);
    auto next = produce::send_progress::next::done;
    if (!found) {
      const bool time_left = core->time().steady_now() + least_time < deadline;
      const bool may_come = found.error().code == errc::unavailable;
      next = progress.on_failure(found.error(), false, time_left && may_come);
    } else {
      queue = found->queue;
      avoid = found->queue.broker_name;
      const auto until = produce::attempt_deadline(core->time().steady_now(), deadline, progress.left(), found->another_broker);
      progress.begin_attempt();
      auto request = request_for(what, found->queue);
      auto outcome = co_await core->call(found->address, std::move(request), until);
      const auto now = core->time().steady_now();
      const bool time_left = now + least_time < deadline;
      if (!outcome.answer) {
        if (outcome.answer.error().code != errc::overloaded) health_.failed(avoid, now);
        next = progress.on_failure(outcome.answer.error(), outcome.written, time_left);
      } else if (produce::is_stored_code(outcome.answer->code)) {
        health_.succeeded(avoid);
        co_return stored(*outcome.answer, what, std::move(queue), progress.attempts());
      } else {
        auto why = core::refusal(fmt::format("queue {}", queue.queue_id), fmt::format("broker {} at {}", avoid, found->address.to_string()), *outcome.answer);
        next = progress.on_refusal(std::move(why), time_left);
      }
    }
    if (next == produce::send_progress::next::done) co_return not_stored(progress, what, std::move(queue));
    co_await before_retry(progress.cause(), what.topic, progress.attempts(), deadline);
  }
}

}  // namespace parley::rocketmq
