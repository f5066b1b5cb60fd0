// The public push consumer.
#include <parley/rocketmq/push_consumer.hpp>

#include "consume/group_consumer.hpp"
#include "core/run_on_core.hpp"

#include <mutex>
#include <utility>

namespace parley::rocketmq {

/// The consumer before its start, and a place for it afterwards. Thread-safe.
struct push_consumer::state {
  std::shared_ptr<core::client_core> core;
  std::mutex mutex;
  push_consumer_options options;
  consume::message_handlers handlers;
  bool stopped{false};
  std::shared_ptr<consume::group_consumer> live{};

  /// The consumer that start() made, if it did. With `closing` it cannot be started any more.
  std::shared_ptr<consume::group_consumer> get(bool closing = false) {
    const std::lock_guard lock(mutex);
    stopped = stopped || closing;
    return live;
  }
};

namespace {

/// Stopping what its client has stopped already is no failure.
result<void> forgiving(result<void> outcome, const consume::group_consumer& consumer) {
  if (!outcome && outcome.error().code == errc::stopped && consumer.is_stopped()) return {};
  return outcome;
}

void stop_unwatched(const std::shared_ptr<core::client_core>& core, const std::shared_ptr<consume::group_consumer>& live,
                    steady_time until) {
  core::start_on_core<result<void>>(core, [live, until] { return live->stop(until); }, [](const result<void>&) {});
}

awaitable<result<void>> stop_awaited(std::shared_ptr<core::client_core> core, std::shared_ptr<consume::group_consumer> live,
                                     steady_time until) {
  if (!live) co_return result<void>{};
  if (!core->running()) {
    live->cancel();
    co_return result<void>{};
  }
  auto work = [live, until] { return live->stop(until); };
  auto outcome = co_await core::run_awaited<result<void>>(core, std::move(work));
  co_return forgiving(std::move(outcome), *live);
}

}  // namespace

push_consumer::push_consumer(client& owner, push_consumer_options options, handler on_message)
    : state_(std::make_shared<state>()) {
  state_->core = owner.internals();
  state_->options = std::move(options);
  state_->handlers.blocking = std::move(on_message);
}

push_consumer::push_consumer(client& owner, push_consumer_options options, async_handler on_message)
    : state_(std::make_shared<state>()) {
  state_->core = owner.internals();
  state_->options = std::move(options);
  state_->handlers.asynchronous = std::move(on_message);
}

push_consumer::push_consumer(push_consumer&&) noexcept = default;

push_consumer& push_consumer::operator=(push_consumer&& other) noexcept {
  push_consumer old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

push_consumer::~push_consumer() {
  if (!state_) return;
  const auto live = state_->get(true);
  if (!live || live->is_stopped()) return;
  const auto& core = state_->core;
  if (!core->running()) {
    live->cancel();
    return;
  }
  constexpr milliseconds patience{10'000};
  const bool may_wait = core->owns_thread() && !core->on_own_thread() && !live->inside_handler();
  // A handler that destroys its consumer, or the client's own thread, cannot wait for itself: the drain goes on without it.
  if (!may_wait) {
    stop_unwatched(core, live, core->time().steady_now() + patience);
    return;
  }
  const auto stopped = stop(patience);
  if (!stopped) core->log().warn("a push consumer was destroyed before it was drained", {{"error", stopped.error().message}});
}

result<void> push_consumer::start() {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopped)
    return fail(errc::stopped, "the consumer of group " + state_->options.group + " was stopped: make another one");
  if (state_->live) return fail(errc::invalid_argument, "the consumer of group " + state_->options.group + " was started before");
  auto made = consume::group_consumer::make(state_->core, state_->options, state_->handlers);
  if (!made) return std::move(made).error();
  state_->live = std::move(*made);
  state_->core->when_started([weak = std::weak_ptr(state_->live)] {
    if (const auto live = weak.lock()) live->begin();
  });
  return {};
}

result<void> push_consumer::stop(milliseconds deadline) {
  const auto live = state_->get(true);
  if (!live || live->is_stopped()) return {};
  const auto& core = state_->core;
  if (!core->running()) {
    live->cancel();
    return {};
  }
  const auto until = core->time().steady_now() + deadline;
  if (live->inside_handler()) {
    stop_unwatched(core, live, until);
    return fail(errc::invalid_argument,
                "stop() from the consumer's own handler cannot wait for it: the stop has begun and ends after the handler");
  }
  auto outcome = core::run_blocking<result<void>>(core, until, [live, until] { return live->stop(until); });
  return forgiving(std::move(outcome), *live);
}

awaitable<result<void>> push_consumer::async_stop(milliseconds deadline) {
  const auto& core = state_->core;
  return stop_awaited(core, state_->get(true), core->time().steady_now() + deadline);
}

std::vector<queue_progress> push_consumer::progress() const {
  const auto live = state_->get();
  return live ? live->progress() : std::vector<queue_progress>{};
}

push_consumer_stats push_consumer::stats() const {
  const auto live = state_->get();
  return live ? live->stats() : push_consumer_stats{};
}

}  // namespace parley::rocketmq
