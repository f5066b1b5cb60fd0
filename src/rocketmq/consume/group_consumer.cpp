// Beginning, periodic commits and the drain of a push consumer.
#include "consume/group_consumer.hpp"

#include "core/heartbeat.hpp"
#include "core/names.hpp"

#include <parley/io/deadline.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

constexpr milliseconds commit_reserve_most{1000};
constexpr std::int32_t pull_batch_max = 1024;

remoting::consume_from to_wire(start_from from) {
  switch (from) {
    case start_from::earliest: return remoting::consume_from::first_offset;
    case start_from::timestamp: return remoting::consume_from::timestamp;
    case start_from::latest: break;
  }
  return remoting::consume_from::last_offset;
}

}  // namespace

result<void> check_options(const push_consumer_options& options) {
  auto named = core::check_group(options.group);
  if (!named) return named;
  if (options.subscriptions.empty())
    return fail(errc::invalid_argument, "the consumer of group " + options.group + " subscribes to no topic");
  for (const auto& [topic, what] : options.subscriptions) {
    auto checked = core::check_topic(topic);
    if (!checked) return checked;
  }
  const auto wrong = [&options](std::string_view what) {
    return fail(errc::invalid_argument, fmt::format("push consumer of group {}: {}", options.group, what));
  };
  if (options.pull_batch < 1 || options.pull_batch > pull_batch_max)
    return wrong(fmt::format("pull_batch must be 1 to {}", pull_batch_max));
  if (options.max_cached_messages < 1 || options.max_cached_bytes < 1 || options.max_cached_span < 1)
    return wrong("the cache limits must be positive");
  if (options.max_reconsume_times < 0) return wrong("max_reconsume_times must not be negative");
  if (options.broker_hold < milliseconds{0} || options.orderly_retry_delay < milliseconds{0})
    return wrong("durations must not be negative");
  if (options.commit_period <= milliseconds{0}) return wrong("commit_period must be positive");
  if (options.model == message_model::broadcasting && options.broadcast_directory.empty())
    return wrong("broadcasting needs a broadcast_directory for its offsets");
  return {};
}

result<std::shared_ptr<group_consumer>> group_consumer::make(const std::shared_ptr<core::client_core>& core,
                                                             push_consumer_options options, message_handlers given,
                                                             member_timing timing) {
  if (!given.blocking && !given.asynchronous) return fail(errc::invalid_argument, "a push consumer needs a handler");
  auto checked = check_options(options);
  if (!checked) return std::move(checked).error();
  auto table = subscription_table::make(options, core->time().wall_ms());
  if (!table) return std::move(table).error();
  auto out = std::make_shared<group_consumer>(core, std::move(options), std::move(*table), std::move(given), timing);
  auto opened = out->offsets_.open();
  if (!opened) return std::move(opened).error();
  out->context_.owner = out;
  return out;
}

group_consumer::group_consumer(const std::shared_ptr<core::client_core>& core, push_consumer_options options,
                               subscription_table table, message_handlers given, member_timing timing)
    : context_(core, std::move(options), std::move(table), timing),
      offsets_(context_),
      runner_(std::make_shared<handler_runner>(std::move(given.blocking), std::move(given.asynchronous), core)),
      delivery_(context_, runner_, [this] { queues_.want_retry_topic(); }),
      locks_(context_),
      reader_(context_, offsets_, delivery_, locks_, [this](const queue_ptr& queue) { queues_.restart(queue); }),
      queues_(context_, reader_, locks_),
      stopped_(core->executor()) {}

void group_consumer::begin() {
  auto expected = phase::made;
  if (!phase_.compare_exchange_strong(expected, phase::running)) return;
  context_.core->register_member(shared_from_this());
  context_.spawn(context_.gate, queues_.keep_balanced());
  context_.spawn(context_.gate, keep_committing());
  if (context_.locks_queues()) context_.spawn(context_.gate, queues_.keep_locked());
}

void group_consumer::cancel() noexcept {
  auto expected = phase::made;
  phase_.compare_exchange_strong(expected, phase::stopped);
}

io::task<void> group_consumer::keep_committing() {
  while (!context_.stopping && !context_.gate.stopping()) {
    const auto slept = co_await io::sleep_for(context_.options.commit_period);
    if (!slept || context_.stopping) break;
    offsets_.commit_all(queues_.current());
    const auto saved = co_await offsets_.save();
    if (!saved) context_.log().debug("the offsets will be saved again", {{"group", group()}});
  }
}

io::task<result<void>> group_consumer::stop(steady_time deadline) {
  const auto kept = shared_from_this();
  cancel();
  if (phase_.load() == phase::running) {
    phase_ = phase::stopping;
    context_.stopping = true;
    context_.stop_deadline = deadline;
    const auto left = std::max(deadline - context_.now(), steady_time::duration{0});
    context_.drain_deadline = deadline - std::min<steady_time::duration>(left / 4, commit_reserve_most);
    stop_outcome_ = co_await drain();
    phase_ = phase::stopped;
    stopped_.notify_all();
    co_return stop_outcome_;
  }
  while (phase_.load() != phase::stopped) {
    const auto why = co_await stopped_.wait_until(deadline);
    if (why == io::wake_reason::deadline)
      co_return fail(errc::timed_out, fmt::format("the consumer of group {} is still stopping", group()));
  }
  co_return stop_outcome_;
}

io::task<result<void>> group_consumer::drain() {
  queues_.close_all();
  const bool ended = co_await queues_.all_ended(context_.stop_deadline);
  co_await delivery_.all_handled(context_.drain_deadline);
  const auto unfinished = delivery_.running();
  co_await context_.held.stop(context_.stop_deadline);
  auto saved = co_await offsets_.save();
  co_await context_.core->unregister_member(group(), context_.stop_deadline);
  co_await context_.gate.stop(context_.stop_deadline);
  offsets_.close();
  if (!ended || unfinished > 0) {
    co_return fail(errc::timed_out,
                   fmt::format("the consumer of group {} was cut off with {} messages still being handled: they will come again, as "
                               "will those whose offset no broker has confirmed",
                               group(), unfinished));
  }
  co_return saved;
}

push_consumer_stats group_consumer::stats() const {
  const auto& from = context_.counters;
  push_consumer_stats out;
  out.delivered = from.delivered.load();
  out.done = from.done.load();
  out.retried = from.retried.load();
  out.dead_lettered = from.dead_lettered.load();
  out.rebalances = from.rebalances.load();
  out.pulls = from.pulls.load();
  out.pull_failures = from.pull_failures.load();
  out.stalls = from.stalls.load();
  out.rebalanced_once = from.rebalanced_once.load();
  return out;
}

std::vector<queue_progress> group_consumer::progress() const {
  std::vector<queue_progress> out;
  for (const auto& one : queues_.gauges()) {
    queue_progress entry;
    entry.queue = one->queue;
    entry.generation = one->generation;
    entry.next_offset = one->next_offset.load();
    entry.commit_offset = one->commit_offset.load();
    entry.broker_max_offset = one->broker_max_offset.load();
    entry.cached = one->cached.load();
    entry.since_last_pull = std::chrono::duration_cast<milliseconds>(context_.now() - one->last_pull.load());
    out.push_back(std::move(entry));
  }
  return out;
}

void group_consumer::describe(core::heartbeat_entries& out) const {
  remoting::consumer_data entry{.group = group()};
  entry.type = remoting::consume_type::passively;
  entry.model = context_.clustering() ? remoting::message_model::clustering : remoting::message_model::broadcasting;
  entry.from = to_wire(context_.options.start);
  for (const auto& [topic, one] : context_.subscriptions.topics()) entry.subscriptions.push_back(one);
  out.consumers.push_back(std::move(entry));
}

std::vector<std::string> group_consumer::topics() const {
  std::vector<std::string> out;
  for (const auto& [topic, one] : context_.subscriptions.topics()) out.push_back(topic);
  return out;
}

}  // namespace parley::rocketmq::consume
