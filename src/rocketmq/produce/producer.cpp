// The public producer: three forms over one coroutine.
#include <parley/rocketmq/producer.hpp>

#include "core/run_on_core.hpp"
#include "produce/producer_state.hpp"

namespace parley::rocketmq {

std::string_view name_of(send_status status) noexcept {
  switch (status) {
    case send_status::stored: return "stored";
    case send_status::rejected: return "rejected";
    case send_status::unknown: return "unknown";
  }
  return "?";
}

namespace core {

template <>
struct cut_short<send_outcome> {
  static send_outcome make(error why, bool begun) {
    send_outcome out;
    out.status = begun ? send_status::unknown : send_status::rejected;
    out.cause = std::move(why);
    return out;
  }
};

}  // namespace core

namespace {

constexpr milliseconds destructor_deadline{30'000};

// Counts the send out again wherever its work dies.
class in_flight_ticket {
 public:
  explicit in_flight_ticket(std::shared_ptr<producer::state> of) : of_(std::move(of)) {}
  in_flight_ticket(in_flight_ticket&&) = default;
  in_flight_ticket& operator=(in_flight_ticket&&) = delete;
  in_flight_ticket(const in_flight_ticket&) = delete;
  in_flight_ticket& operator=(const in_flight_ticket&) = delete;
  ~in_flight_ticket() {
    if (of_) of_->leave();
  }

 private:
  std::shared_ptr<producer::state> of_;
};

// A send as prepared on the caller's thread: what is left is to run it on the core's.
struct send_work {
  std::shared_ptr<producer::state> state;
  std::optional<produce::prepared_message> what;
  std::optional<error> refused;  // instead
  send_options how;
  steady_time deadline;
  std::shared_ptr<in_flight_ticket> ticket;

  io::task<send_outcome> operator()();
};

io::task<send_outcome> run(std::shared_ptr<producer::state> state, produce::prepared_message what, send_options how, steady_time deadline,
                           std::shared_ptr<in_flight_ticket> ticket) {
  auto outcome = co_await state->send(std::move(what), std::move(how), deadline);
  state->count(outcome.status);
  ticket.reset();
  co_return outcome;
}

io::task<send_outcome> refuse(error why) { co_return core::cut_short<send_outcome>::make(std::move(why), false); }

io::task<send_outcome> send_work::operator()() {
  if (refused) {
    state->count(send_status::rejected);
    return refuse(std::move(*refused));
  }
  return run(std::move(state), std::move(*what), std::move(how), deadline, std::move(ticket));
}

result<void> check(const send_options& how, const std::string& topic) {
  if (how.timeout && how.timeout->count() <= 0) return fail(errc::invalid_argument, "the send's time-out must be positive");
  if (how.queue && how.queue->topic != topic) {
    return fail(errc::invalid_argument, "the message is for topic " + topic + ", the queue given is one of topic " + how.queue->topic);
  }
  return {};
}

send_work prepare(const std::shared_ptr<producer::state>& state, message&& what, send_options&& how) {
  send_work out{.state = state, .what = {}, .refused = {}, .how = std::move(how), .deadline = {}, .ticket = {}};
  out.deadline = state->core->time().steady_now() + out.how.timeout.value_or(state->options.send_timeout);
  if (auto checked = check(out.how, what.topic); !checked) {
    out.refused = checked.error();
    return out;
  }
  out.refused = state->admit();
  if (out.refused) return out;
  out.ticket = std::make_shared<in_flight_ticket>(in_flight_ticket(state));
  auto prepared = state->prepare(std::move(what));
  if (prepared) {
    out.what = std::move(*prepared);
  } else {
    out.refused = prepared.error();
  }
  return out;
}

io::task<void> drain_if_there(std::weak_ptr<producer::state> weak, steady_time deadline) {
  const auto self = weak.lock();
  if (self) co_await self->drain(deadline);
}

awaitable<send_outcome> send_from(std::shared_ptr<producer::state> state, message what, send_options options) {
  auto work = prepare(state, std::move(what), std::move(options));
  auto id = work.what ? work.what->unique_key : std::string();
  auto outcome = co_await core::run_awaited<send_outcome>(state->core, std::move(work));
  if (outcome.message_id.empty()) outcome.message_id = std::move(id);
  co_return outcome;
}

awaitable<result<void>> reach_from(std::shared_ptr<producer::state> state, std::string topic, milliseconds deadline) {
  const auto until = state->core->time().steady_now() + deadline;
  auto work = [state, topic = std::move(topic), until] { return state->reach(topic, until); };
  auto reached = co_await core::run_awaited<result<void>>(state->core, std::move(work));
  co_return reached;
}

awaitable<result<void>> stop_from(std::shared_ptr<producer::state> state, milliseconds deadline) {
  state->closing = true;
  if (!state->core->running()) co_return result<void>();
  const auto until = state->core->time().steady_now() + deadline;
  auto work = [state, until] { return state->drain(until); };
  auto stopped = co_await core::run_awaited<result<void>>(state->core, std::move(work));
  if (!stopped && stopped.error().code == errc::stopped) co_return result<void>();
  co_return stopped;
}

}  // namespace

producer::producer(client& owner, producer_options options) : state_(std::make_shared<state>(owner.internals(), std::move(options))) {
  if (!state_->options_checked) return;
  const std::weak_ptr<state> weak = state_;
  state_->core->when_started([weak] {
    const auto self = weak.lock();
    if (!self || self->closing) return;
    self->registered = true;
    self->core->register_producer(self->options.group);
  });
  state_->core->on_stop(state_, [weak](steady_time deadline) { return drain_if_there(weak, deadline); });
}

producer::producer(producer&&) noexcept = default;

producer& producer::operator=(producer&& other) noexcept {
  producer old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

producer::~producer() {
  if (!state_) return;
  auto work = [self = state_] { return self->drain(self->core->time().steady_now() + destructor_deadline); };
  state_->closing = true;
  if (state_->core->running()) core::start_on_core<result<void>>(state_->core, std::move(work), [](const result<void>&) {});
}

send_outcome producer::send(message what, send_options options) {
  if (state_->core->on_own_thread()) return core::cut_short<send_outcome>::make(core::own_thread_error(), false);
  auto work = prepare(state_, std::move(what), std::move(options));
  const auto deadline = work.deadline;
  auto id = work.what ? work.what->unique_key : std::string();
  auto outcome = core::run_blocking<send_outcome>(state_->core, deadline, std::move(work));
  if (outcome.message_id.empty()) outcome.message_id = std::move(id);
  return outcome;
}

void producer::send(message what, send_options options, callback done) {
  auto work = prepare(state_, std::move(what), std::move(options));
  auto id = work.what ? work.what->unique_key : std::string();
  core::start_on_core<send_outcome>(state_->core, std::move(work), [id = std::move(id), done = std::move(done)](send_outcome outcome) {
    if (outcome.message_id.empty()) outcome.message_id = id;
    done(std::move(outcome));
  });
}

awaitable<send_outcome> producer::async_send(message what, send_options options) {
  return send_from(state_, std::move(what), std::move(options));
}

awaitable<result<void>> producer::async_reach(std::string topic, milliseconds deadline) {
  return reach_from(state_, std::move(topic), deadline);
}

producer_stats producer::stats() const {
  return producer_stats{.stored = state_->sends_stored.load(),
                        .rejected = state_->sends_rejected.load(),
                        .unknown = state_->sends_unknown.load(),
                        .in_flight = state_->in_flight.load()};
}

result<void> producer::stop(milliseconds deadline) {
  state_->closing = true;
  if (!state_->core->running()) return {};
  const auto until = state_->core->time().steady_now() + deadline;
  auto work = [self = state_, until] { return self->drain(until); };
  auto stopped = core::run_blocking<result<void>>(state_->core, until, std::move(work));
  return !stopped && stopped.error().code == errc::stopped ? result<void>() : stopped;  // the client's stop has done it
}

awaitable<result<void>> producer::async_stop(milliseconds deadline) { return stop_from(state_, deadline); }

}  // namespace parley::rocketmq
