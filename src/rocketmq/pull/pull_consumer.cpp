// The public pull consumer.
#include <parley/rocketmq/pull_consumer.hpp>

#include "core/run_on_core.hpp"
#include "pull/pull_state.hpp"

namespace parley::rocketmq {
namespace {

constexpr milliseconds seek_time{3000};
using messages = std::vector<received_message>;

steady_time after(const std::shared_ptr<core::client_core>& core, milliseconds duration) {
  return core->time().steady_now() + duration;
}

io::task<void> stop_if_there(std::weak_ptr<pull_consumer::state> weak) {
  if (const auto self = weak.lock()) self->stop();
  co_return;
}

io::task<result<void>> stop_now(std::shared_ptr<pull_consumer::state> state) {
  state->stop();
  co_return result<void>();
}

io::task<result<void>> seek_now(std::shared_ptr<pull_consumer::state> state, message_queue queue, std::int64_t offset) {
  state->seek(queue, offset);
  co_return result<void>();
}

// For a poll whose caller has gone: what it took is the next one's.
auto give_back_to(std::shared_ptr<pull_consumer::state> state) {
  return [state = std::move(state)](result<messages> taken) {
    if (taken) state->give_back(std::move(*taken));
  };
}

// Stopping a consumer of a client that has stopped is no failure.
result<void> forgiving(result<void> stopped) {
  return !stopped && stopped.error().code == errc::stopped ? result<void>() : stopped;
}

awaitable<result<void>> stop_from(std::shared_ptr<pull_consumer::state> state) {
  if (!state->core->running()) {
    state->stopped = true;
    co_return result<void>();
  }
  auto work = [state] { return stop_now(state); };
  auto stopped = co_await core::run_awaited<result<void>>(state->core, std::move(work));
  co_return forgiving(std::move(stopped));
}

}  // namespace

pull_consumer::pull_consumer(client& owner, pull_consumer_options options)
    : state_(std::make_shared<state>(owner.internals(), std::move(options))) {
  const std::weak_ptr<state> weak = state_;
  state_->core->on_stop(state_, [weak](steady_time) { return stop_if_there(weak); });
}

pull_consumer::pull_consumer(pull_consumer&&) noexcept = default;

pull_consumer& pull_consumer::operator=(pull_consumer&& other) noexcept {
  pull_consumer old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

pull_consumer::~pull_consumer() {
  if (!state_ || !state_->core->running()) return;
  if (state_->core->owns_thread()) {
    // Waits, so that no sink is called afterwards. With a context of the caller's nobody may be running it any more.
    if (const auto stopped = stop(seek_time); !stopped)
      state_->core->log().warn("a pull consumer was destroyed before it could stop");
    return;
  }
  core::start_on_core<result<void>>(state_->core, [self = state_] { return stop_now(self); }, [](const result<void>&) {});
}

result<void> pull_consumer::subscribe_from_end(std::string topic, filter what, milliseconds deadline) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, topic = std::move(topic), what = std::move(what), until] {
    return self->subscribe(topic, what, until);
  };
  return core::run_blocking<result<void>>(state_->core, until, std::move(work));
}

awaitable<result<void>> pull_consumer::async_subscribe_from_end(std::string topic, filter what, milliseconds deadline) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, topic = std::move(topic), what = std::move(what), until] {
    return self->subscribe(topic, what, until);
  };
  return core::run_awaited<result<void>>(state_->core, std::move(work));
}

result<void> pull_consumer::assign(std::vector<message_queue> queues, filter what, milliseconds deadline) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, queues = std::move(queues), what = std::move(what), until] {
    return self->assign(queues, what, until);
  };
  return core::run_blocking<result<void>>(state_->core, until, std::move(work));
}

result<void> pull_consumer::seek(const message_queue& queue, std::int64_t offset) {
  if (offset < 0) return fail(errc::invalid_argument, "an offset is not negative");
  if (state_->core->on_own_thread()) {
    state_->seek(queue, offset);
    return {};
  }
  auto work = [self = state_, queue, offset] { return seek_now(self, queue, offset); };
  return core::run_blocking<result<void>>(state_->core, after(state_->core, seek_time), std::move(work));
}

result<void> pull_consumer::seek_to_end(const message_queue& queue, milliseconds deadline) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, queue, until] { return self->seek_to_end(queue, until); };
  return core::run_blocking<result<void>>(state_->core, until, std::move(work));
}

result<void> pull_consumer::seek_to_begin(const message_queue& queue, milliseconds deadline) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, queue, until] { return self->seek_to_begin(queue, until); };
  return core::run_blocking<result<void>>(state_->core, until, std::move(work));
}

result<std::vector<message_queue>> pull_consumer::queues_of(const std::string& topic, milliseconds deadline) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, topic, until] { return self->queues_of(topic, until); };
  return core::run_blocking<result<std::vector<message_queue>>>(state_->core, until, std::move(work));
}

result<messages> pull_consumer::poll(milliseconds deadline, std::size_t at_most) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, until, at_most] { return self->poll(until, at_most); };
  return core::run_blocking<result<messages>>(state_->core, until, std::move(work), core::gate_use::inside, give_back_to(state_));
}

void pull_consumer::poll(milliseconds deadline, std::size_t at_most, callback done) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, until, at_most] { return self->poll(until, at_most); };
  core::start_on_core<result<messages>>(state_->core, std::move(work), std::move(done));
}

awaitable<result<messages>> pull_consumer::async_poll(milliseconds deadline, std::size_t at_most) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, until, at_most] { return self->poll(until, at_most); };
  return core::run_awaited<result<messages>>(state_->core, std::move(work), core::gate_use::inside, give_back_to(state_));
}

awaitable<result<void>> pull_consumer::async_reach(std::string topic, milliseconds deadline) {
  const auto until = after(state_->core, deadline);
  auto work = [self = state_, topic = std::move(topic), until] { return self->reach(topic, until); };
  return core::run_awaited<result<void>>(state_->core, std::move(work));
}

void pull_consumer::deliver_to(sink on_message) { state_->on_message = std::move(on_message); }
void pull_consumer::on_trouble(std::function<void(const message_queue&, const error&)> handler) {
  state_->on_trouble = std::move(handler);
}

pull_consumer_stats pull_consumer::stats() const { return state_->stats(); }

result<void> pull_consumer::stop(milliseconds deadline) {
  if (state_->core->on_own_thread()) {  // nothing in it waits
    state_->stop();
    return {};
  }
  if (!state_->core->running()) {
    state_->stopped = true;
    return {};
  }
  auto work = [self = state_] { return stop_now(self); };
  return forgiving(core::run_blocking<result<void>>(state_->core, after(state_->core, deadline), std::move(work)));
}

awaitable<result<void>> pull_consumer::async_stop(milliseconds /*deadline*/) { return stop_from(state_); }

}  // namespace parley::rocketmq
