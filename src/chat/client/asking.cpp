// How the chat client asks: send, wait for the answer, send again while it is not known whether a broker has it.
#include <parley/chat/client/client.hpp>

#include <parley/io/backoff.hpp>
#include <parley/io/deadline.hpp>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace parley::chat {

namespace {

constexpr milliseconds presence_period{15'000};
constexpr milliseconds send_attempt{3000};

bool hopeless(const error& cause) noexcept {
  return cause.code == errc::invalid_argument || cause.code == errc::too_large || cause.code == errc::permission ||
         cause.code == errc::stopped;
}

std::string room_of(const boost::json::object& data) {
  const auto* room = data.if_contains("room_id");
  return room != nullptr && room->is_string() ? std::string(room->as_string()) : std::string{};
}

request_end end_of(const std::optional<result<response>>& answer, bool not_sent) {
  if (!answer) return not_sent ? request_end::system : request_end::timed_out;
  if (!*answer) return request_end::system;
  if ((*answer)->success) return request_end::ok;
  return (*answer)->failure && (*answer)->failure->system ? request_end::system : request_end::business;
}

rocketmq::message message_of(const request& asked, std::string body, const std::string& topic) {
  rocketmq::message out;
  out.topic = topic;
  out.body = std::move(body);
  out.tag = asked.action;
  out.keys.push_back(asked.request_id);
  out.queue_key = room_of(asked.data);
  out.properties.emplace(property::request_id, asked.request_id);
  out.properties.emplace(property::user_id, asked.user_id);
  out.properties.emplace(property::action, asked.action);
  out.properties.emplace(property::reply_to, asked.reply_to);
  if (valid_id(asked.trace_id)) out.properties.emplace(property::trace_id, asked.trace_id);
  return out;
}

}  // namespace

std::string client::new_trace_id() {
  const auto high = random_.next();
  return fmt::format("{:016x}{:016x}", high, random_.next());
}

std::string client::new_request_id() { return fmt::format("req_{}_{}", token_, ++last_request_); }

/// One request under way: what has come of it so far.
struct client::exchange {
  explicit exchange(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}

  io::signal changed;
  std::optional<result<response>> answer;
  std::optional<rocketmq::send_outcome> outcome;  // of the attempt under way
  bool sending{false};
  bool stored{false};       // a broker has it
  bool may_be_sent{false};  // some attempt ended unknown
  std::optional<error> failure;
};

io::task<result<response>> client::request(std::string action, boost::json::object data, request_options options) {
  const auto patience = options.deadline.value_or(options_.deadline);
  const auto deadline = system_clock().steady_now() + patience;
  const asked_request asked{.request_id = options.request_id.empty() ? new_request_id() : options.request_id,
                            .user_id = options_.user_id,
                            .action = std::move(action),
                            .data = std::move(data),
                            .reply_to = token_,
                            .trace_id = options.trace_id.empty() ? new_trace_id() : std::move(options.trace_id)};
  auto body = encode_request(asked);
  if (!body) co_return refused_here(asked, std::move(body).error());
  const auto state = std::make_shared<exchange>(executor_);
  const auto added = pending_.add(asked.request_id, [state](result<response> answer) {
    state->answer = std::move(answer);
    state->changed.notify_all();
  });
  if (!added) co_return refused_here(asked, added.error());
  ++stats_.asked;
  co_await send_until_answered(state, message_of(asked, std::move(*body), options_.topics.requests), deadline);
  pending_.give_up(asked.request_id);
  const auto took = system_clock().steady_now() - (deadline - patience);
  const auto end = end_of(state->answer, state->failure && !state->may_be_sent);
  tally_.add(asked.action, end, took);
  log_end(asked, end, took);
  if (state->answer) co_return std::move(*state->answer);
  if (state->failure && !state->may_be_sent) {
    co_return std::move(*state->failure).with_context("the request " + asked.request_id + " was not sent: ");
  }
  ++stats_.timed_out;
  co_return fail(errc::timed_out,
                 fmt::format("no answer to request {} within {} ms; it may have been carried out all the same: asking again with this "
                             "request id never does it twice",
                             asked.request_id, patience.count()));
}

error client::refused_here(const asked_request& asked, error why) {
  const bool at_fault = why.code == errc::invalid_argument || why.code == errc::too_large;
  const auto end = at_fault ? request_end::business : request_end::system;
  tally_.add(asked.action, end, {});
  log_end(asked, end, {});
  return why;
}

void client::log_end(const asked_request& asked, request_end end, steady_time::duration took) const {
  const auto latency_ms = std::to_string(std::chrono::duration_cast<milliseconds>(took).count());
  log_.info("a request has ended", {{"trace_id", asked.trace_id},
                                    {"request_id", asked.request_id},
                                    {"action", asked.action},
                                    {"user_id", asked.user_id},
                                    {"result", name_of(end)},
                                    {"latency_ms", latency_ms}});
}

io::task<void> client::send_until_answered(std::shared_ptr<exchange> state, rocketmq::message message, steady_time deadline) {
  io::backoff pauses(milliseconds{50}, milliseconds{1000});
  // The answer may overtake the broker's word that it has the request, so both are waited for at once.
  while (!state->answer && system_clock().steady_now() < deadline) {
    auto until = deadline;
    if (state->outcome) {
      if (!take_outcome(*state)) co_return;
      if (!state->stored) until = std::min(deadline, system_clock().steady_now() + pauses.next(random_));
    } else if (!state->sending && !state->stored) {
      send_once(state, message, deadline);
      continue;
    }
    const auto why = co_await state->changed.wait_until(until);
    if (why == io::wake_reason::cancelled) co_return;
  }
}

void client::send_once(const std::shared_ptr<exchange>& state, const rocketmq::message& message, steady_time deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - system_clock().steady_now());
  const rocketmq::send_options how{.timeout = std::clamp(left, milliseconds{1}, send_attempt)};
  if (state->failure) ++stats_.resent;
  state->sending = true;
  producer_.send(message, how, [state](rocketmq::send_outcome outcome) {
    state->outcome = std::move(outcome);
    state->changed.notify_all();
  });
}

bool client::take_outcome(exchange& state) {
  const auto outcome = std::move(*state.outcome);
  state.outcome.reset();
  state.sending = false;
  state.stored = outcome.stored();
  if (state.stored) return true;
  state.may_be_sent |= outcome.status == rocketmq::send_status::unknown;
  const auto level = state.failure ? log_level::debug : log_level::info;
  state.failure = outcome.cause;
  log_(level, "a request has no broker yet", {{"outcome", name_of(outcome.status)}, {"error", outcome.cause.message}});
  return !hopeless(outcome.cause);
}

io::task<void> client::keep_presence() {
  while (!stopping_) {
    const auto said = co_await say_presence("online", presence_period);
    // A server that knows no presence refuses: that is its right.
    if (!said) log_.info("presence was not answered", {{"error", said.error().message}});
    co_await io::sleep_for(presence_period);
  }
}

io::task<result<response>> client::say_presence(std::string state, milliseconds patience) {
  boost::json::object data;
  data.emplace("status", state);
  data.emplace("session", token_);
  const request_options how{.deadline = std::min(patience, options_.deadline)};
  auto said = co_await request("presence", std::move(data), how);
  co_return said;
}

}  // namespace parley::chat
