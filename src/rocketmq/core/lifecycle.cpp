// Start and stop of the core.
#include "core/core_state.hpp"
#include "core/names.hpp"
#include "core/run_on_core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq::core {
namespace {

using phase = client_core::state::phase;

// Time for coroutines to see that their connections are gone; none of them waits for anything else then.
constexpr milliseconds time_to_unwind{1000};

result<void> check_options(const client_options& options) {
  for (const auto& [name, value] : {std::pair("request_timeout", options.request_timeout), std::pair("connect_timeout", options.connect_timeout),
                                    std::pair("heartbeat_period", options.heartbeat_period),
                                    std::pair("route_refresh_period", options.route_refresh_period)}) {
    if (value.count() <= 0) return fail(errc::invalid_argument, fmt::format("{} is {} ms: it must be positive", name, value.count()));
  }
  if (options.instance_name.size() > 128 || options.instance_name.find_first_of(" @\t\r\n") != std::string::npos) {
    return fail(errc::invalid_argument, fmt::format("the instance name \"{}\" has blanks or '@', or is longer than 128 characters", options.instance_name));
  }
  if (options.acl.access_key.empty() != options.acl.secret_key.empty()) {
    return fail(errc::invalid_argument, "an access key and a secret key belong together: give both or none");
  }
  return {};
}

// Runs tasks side by side and waits for all of them, or for the deadline.
io::task<bool> run_all(core_context& context, std::vector<std::function<io::task<void>()>> makers, steady_time deadline) {
  const auto done = std::make_shared<io::signal>(context.executor);
  const auto left = std::make_shared<std::size_t>(0);
  for (auto& make : makers) {
    auto one = [](std::function<io::task<void>()> work, std::shared_ptr<io::signal> told, std::shared_ptr<std::size_t> count) -> io::task<void> {
      auto task = work();
      co_await std::move(task);
      --*count;
      told->notify_all();
    };
    ++*left;
    if (!context.gate.spawn(one(std::move(make), done, left))) --*left;
  }
  while (*left > 0 && context.now() < deadline) co_await done->wait_until(deadline);
  co_return *left == 0;
}

io::task<void> stop_member(std::shared_ptr<group_member> member, steady_time deadline, logger log) {
  const auto stopped = co_await member->stop(deadline);
  if (!stopped) log.warn("a consumer did not stop cleanly", {{"group", member->group()}, {"error", stopped.error().message}});
}

}  // namespace

bool client_core::running() const noexcept {
  const auto now = state_->now.load(std::memory_order_acquire);
  return now == phase::running || now == phase::stopping;
}

bool client_core::owns_thread() const noexcept { return state_->own_thread(); }

bool client_core::post(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  if (state_->now != phase::running && state_->now != phase::stopping) return false;
  boost::asio::post(state_->context.executor, std::move(work));
  return true;
}

void client_core::when_started(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  switch (state_->now.load()) {
    case phase::not_started: state_->before_start.push_back(std::move(work)); return;
    case phase::running:
    case phase::stopping: boost::asio::post(state_->context.executor, std::move(work)); return;
    case phase::ended: return;
  }
}

void client_core::on_stop(std::weak_ptr<void> owner, std::function<io::task<void>(steady_time)> drain) {
  const std::lock_guard lock(state_->mutex);
  std::erase_if(state_->drains, [](const auto& item) { return item.first.expired(); });
  state_->drains.emplace_back(std::move(owner), std::move(drain));
}

result<void> client_core::start() {
  const std::scoped_lock lock(state_->mutex, state_->thread_mutex);  // the second: a stop may be over before the thread has its name
  if (state_->now == phase::running) return {};
  if (state_->now != phase::not_started) return fail(errc::stopped, "the client was stopped: make a new one");
  if (auto checked = check_options(options()); !checked) return checked;
  if (state_->context.unusable) return *state_->context.unusable;
  if (!state_->name_servers) {
    auto why = state_->name_servers.error();
    return std::move(why).with_context("name_servers: ");
  }
  state_->now = phase::running;
  auto begin = [self = shared_from_this()] {
    auto& parts = *self->state_;
    parts.context.gate.spawn(parts.routes.refresh_forever());
    parts.context.gate.spawn(parts.groups.beat_forever());
    parts.context.gate.spawn(parts.watch.watch_forever());
  };
  boost::asio::post(state_->context.executor, std::move(begin));
  for (auto& work : std::exchange(state_->before_start, {})) boost::asio::post(state_->context.executor, std::move(work));
  if (state_->own_thread()) {
    state_->work.emplace(state_->io_.get_executor());
    // The thread holds the core: whoever drops the last reference elsewhere does not pull it away from under its thread.
    state_->thread = std::thread([self = shared_from_this()] { self->state_->run(); });
  }
  state_->context.log().info("the client runs", {{"client_id", client_id()}, {"nameserver", name_servers()}});
  return {};
}

io::task<result<void>> client_core::run_stop(steady_time deadline) {
  const auto self = shared_from_this();
  auto& parts = *state_;
  if (parts.stop_begun) {
    while (running() && parts.context.now() < deadline) co_await parts.stop_ended.wait_until(deadline);
    if (running()) co_return fail(errc::timed_out, "the client has not stopped in time: another stop is under way");
    co_return stop_result();
  }
  parts.stop_begun = true;
  {
    const std::lock_guard lock(parts.mutex);
    if (parts.now == phase::running) parts.now = phase::stopping;
  }

  std::vector<std::function<io::task<void>()>> members;
  for (auto& member : parts.groups.members()) {
    members.emplace_back([member, deadline, log = parts.context.log()] { return stop_member(member, deadline, log); });
  }
  const bool members_done = co_await run_all(parts.context, std::move(members), deadline);

  std::vector<std::function<io::task<void>()>> drains;
  {
    const std::lock_guard lock(parts.mutex);
    for (auto at = parts.drains.rbegin(); at != parts.drains.rend(); ++at) {
      if (auto owner = at->first.lock()) drains.emplace_back([owner, run = at->second, deadline] { return run(deadline); });
    }
    parts.drains.clear();
  }
  const bool drains_done = co_await run_all(parts.context, std::move(drains), deadline);

  co_await parts.groups.remove_all(deadline);
  parts.context.dialer.close();
  const bool unwound = co_await parts.context.gate.stop(parts.context.now() + time_to_unwind);
  if (!unwound) parts.context.log().error("work of the client did not end with its connections");

  result<void> outcome;
  if (!members_done || !drains_done) {
    outcome = fail(errc::timed_out, fmt::format("the client was stopped at its deadline with {} under way",
                                                members_done ? "sends" : "message handlers"));
  }
  {
    const std::lock_guard lock(parts.mutex);
    parts.now = phase::ended;
    if (parts.handlers) parts.handlers->stop();
    parts.work.reset();
    parts.stop_result = outcome;
  }
  parts.stop_ended.notify_all();
  parts.context.log().info("the client has stopped", {{"client_id", client_id()}});
  co_return outcome;
}

bool client_core::end_if_not_started() {
  std::vector<std::function<void()>> dropped;  // what they hold dies outside of the lock
  const std::lock_guard lock(state_->mutex);
  if (state_->now != phase::not_started) return state_->now == phase::ended;
  state_->now = phase::ended;
  dropped.swap(state_->before_start);
  return true;
}

result<void> client_core::stop_result() const {
  const std::lock_guard lock(state_->mutex);
  return state_->stop_result.value_or(result<void>());
}

result<void> client_core::stop(milliseconds deadline) {
  if (!end_if_not_started()) {
    if (on_own_thread()) return own_thread_error();
    const auto until = time().steady_now() + deadline;
    auto work = [self = shared_from_this(), until] { return self->run_stop(until); };
    auto stopped = run_blocking<result<void>>(shared_from_this(), until + 2 * time_to_unwind, std::move(work), gate_use::outside);
    if (!stopped && running()) return stopped;
  }
  const std::lock_guard lock(state_->thread_mutex);
  if (state_->thread.joinable() && !on_own_thread()) state_->thread.join();
  return stop_result();
}

awaitable<result<void>> stop_awaited(std::shared_ptr<client_core> core, milliseconds deadline) {
  if (!core->running()) co_return core->stop(deadline);  // nothing to wait for
  const auto until = core->time().steady_now() + deadline;
  auto work = [core, until] { return core->run_stop(until); };
  auto stopped = co_await run_awaited<result<void>>(core, std::move(work), gate_use::outside);
  co_return stopped;
}

void client_core::abandon() noexcept {
  try {
    if (end_if_not_started()) return;
    auto begin = [self = shared_from_this()] {
      boost::asio::co_spawn(self->executor(), self->run_stop(self->time().steady_now()), [](const std::exception_ptr&, const result<void>&) {});
    };
    post(std::move(begin));
  } catch (const std::exception& thrown) {
    log().error("the client could not be stopped", {{"error", thrown.what()}});
  }
}

}  // namespace parley::rocketmq::core
