// Rebalancing: who is there, what is there, what of it is ours.
#include "consume/assignment.hpp"

#include "consume/delivery.hpp"

#include <parley/io/deadline.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

constexpr milliseconds settled_period{20'000};
constexpr milliseconds unsettled_period{1000};
/// Notices come in swarms when a group starts; they are taken together.
constexpr milliseconds spacing{50};
/// A broker that left the routes may be restarting: its queues stay ours for so long.
constexpr milliseconds absence_limit{300'000};
/// How far back "since this consumer's start" reaches, for clocks that differ.
constexpr std::int64_t clock_margin_ms = 60'000;
constexpr std::int32_t read_permission = 4;
constexpr std::int32_t queues_of_a_broker_max = 65'536;

}  // namespace

std::vector<message_queue> readable_queues(const topic_route& route) {
  std::vector<message_queue> out;
  for (const auto& part : route.queues) {
    const bool known = std::any_of(route.brokers.begin(), route.brokers.end(),
                                   [&part](const auto& broker) { return broker.name == part.broker_name; });
    if ((part.permission & read_permission) == 0 || !known) continue;
    for (std::int32_t id = 0; id < std::min(part.read_queues, queues_of_a_broker_max); ++id)
      out.push_back({route.topic, part.broker_name, id});
  }
  return out;
}

void assignment::soon() {
  soon_ = true;
  wanted_.notify_all();
}

void assignment::want_retry_topic() {
  const auto& topic = context_.subscriptions.retry_topic();
  if (retry_wanted_ || topic.empty() || context_.core->cached_route(topic) != nullptr) return;
  retry_wanted_ = true;
  soon();
}

io::task<void> assignment::keep_balanced() {
  while (!context_.stopping && !context_.gate.stopping()) {
    soon_ = false;
    const auto state = co_await rebalance_all();
    const auto until = context_.now() + (state == balance::settled ? settled_period : unsettled_period);
    while (!soon_ && !context_.stopping) {
      const auto why = co_await wanted_.wait_until(until);
      if (why != io::wake_reason::notified) break;
    }
    if (context_.stopping) break;
    co_await io::sleep_for(spacing);
  }
}

io::task<assignment::balance> assignment::rebalance_all() {
  auto state = balance::settled;
  drop_stalled();
  std::vector<std::string> topics;
  for (const auto& [topic, subscribed] : context_.subscriptions.topics()) topics.push_back(topic);
  for (const auto& topic : topics) {
    const auto one = co_await rebalance_topic(topic);
    if (context_.stopping || context_.gate.stopping()) co_return balance::settled;
    if (one == balance::unsettled) state = balance::unsettled;
  }
  ++context_.counters.rebalances;
  unsettled_before_ = state == balance::unsettled;
  if (std::exchange(changed_, false) && !announcing_) announcing_ = context_.spawn(context_.gate, announce());
  co_return state;
}

/// Brokers are told of the new assignment, and of it only: what is pulled meanwhile names the version that they know.
io::task<void> assignment::announce() {
  context_.subscriptions.renew(context_.core->time().wall_ms());
  const auto version = context_.subscriptions.version();
  co_await context_.core->heartbeat_now();
  context_.subscriptions.announced(version);
  announcing_ = false;
}

io::task<result<topic_route>> assignment::find_route(std::string topic) {
  const auto deadline = context_.request_deadline();
  const bool retry = topic == context_.subscriptions.retry_topic();
  if (unsettled_before_ && (!retry || retry_wanted_)) {
    auto fresh = co_await context_.core->fresh_route(topic, deadline);
    if (fresh) co_return fresh;
    // The last good route still says where the queues are while its broker or the NameServer is away.
    const auto known = context_.core->shared_route(topic);
    if (known) co_return *known;
    co_return fresh;
  }
  auto known = co_await context_.core->route(std::move(topic), deadline);
  co_return known;
}

assignment::balance assignment::route_missing(const std::string& topic, const error& why) {
  auto& view = topics_[topic];
  const bool retry = topic == context_.subscriptions.retry_topic();
  if (why.code == errc::not_found) view.seen = true;
  if (retry) return retry_wanted_ ? balance::unsettled : balance::settled;
  if (!std::exchange(view.missing_logged, true)) {
    context_.log().warn("a subscribed topic has no route; it is waited for",
                        {{"group", context_.options.group}, {"topic", topic}, {"error", why.message}});
  }
  if (why.code == errc::not_found) context_.counters.rebalanced_once = true;
  return balance::unsettled;
}

io::task<assignment::balance> assignment::rebalance_topic(std::string topic) {
  const auto route = co_await find_route(topic);
  if (!route) co_return route_missing(topic, route.error());
  auto all = readable_queues(*route);
  auto& view = topics_[topic];
  if (!view.seen) view.at_first.insert(all.begin(), all.end());
  view.seen = true;
  if (std::exchange(view.missing_logged, false))
    context_.log().info("the topic is there now", {{"group", context_.options.group}, {"topic", topic}});
  if (topic == context_.subscriptions.retry_topic()) retry_wanted_ = false;
  if (!context_.clustering()) {
    context_.counters.rebalanced_once = true;
    co_return apply(*route, all, all);
  }
  const auto members = co_await members_for(*route);
  if (!members) co_return balance::unsettled;
  const auto& me = context_.core->client_id();
  if (std::find(members->begin(), members->end(), me) == members->end()) co_return balance::unsettled;
  note_duplicates(*members);
  const auto state = apply(*route, all, allocate_averagely(all, *members, me));
  if (topic != context_.subscriptions.retry_topic()) context_.counters.rebalanced_once = true;
  co_return state;
}

/// Any broker of the topic knows the whole group, since members register with all of them. Nothing when none answers.
io::task<std::optional<std::vector<std::string>>> assignment::members_for(topic_route route) {
  for (const auto& broker : route.brokers) {
    const auto master = broker.addresses.find(0);
    if (master == broker.addresses.end()) continue;
    const auto address = master->second;
    const auto registered = co_await context_.core->ensure_registered(address, context_.request_deadline());
    if (!registered) continue;
    auto members = co_await context_.calls.members(address, context_.request_deadline());
    const auto& me = context_.core->client_id();
    if (members && std::find(members->begin(), members->end(), me) == members->end()) {
      // The broker has forgotten us, which it may while the connection lives (after a pause longer than its patience).
      co_await context_.core->heartbeat_now();
      members = co_await context_.calls.members(address, context_.request_deadline());
    }
    if (members) co_return std::move(*members);
    context_.log().debug("a broker did not say who the members are",
                         {{"group", context_.options.group}, {"error", members.error().message}});
  }
  co_return std::nullopt;
}

void assignment::note_duplicates(const std::vector<std::string>& members) {
  const bool twice = std::count(members.begin(), members.end(), context_.core->client_id()) > 1;
  // Once alone may be our own connection before last, which the broker has not yet given up.
  if (twice && duplicate_before_) {
    context_.log().warn(
        "another client of the group has our client id: queues are shared out wrongly until one of them gets another instance "
        "name",
        {{"group", context_.options.group}, {"client_id", context_.core->client_id()}});
  }
  duplicate_before_ = twice;
}

/// Our queues of brokers that the route does not name at the moment.
std::vector<message_queue> assignment::keep_unreachable(const std::string& topic, const topic_route& route) {
  std::vector<message_queue> out;
  const auto now = context_.now();
  for (const auto& broker : route.brokers) missing_brokers_.erase(broker.name);
  for (const auto& [queue, held] : current_) {
    if (queue.topic != topic) continue;
    const auto& broker = queue.broker_name;
    const bool named = std::any_of(route.queues.begin(), route.queues.end(),
                                   [&broker](const auto& part) { return part.broker_name == broker; });
    if (named) continue;
    const auto since = missing_brokers_.try_emplace(queue.broker_name, now).first->second;
    if (now - since < absence_limit) out.push_back(queue);
  }
  return out;
}

assignment::balance assignment::apply(const topic_route& route, const std::vector<message_queue>& all,
                                      std::vector<message_queue> mine) {
  auto state = balance::settled;
  const auto kept = keep_unreachable(route.topic, route);
  if (!kept.empty()) state = balance::unsettled;
  mine.insert(mine.end(), kept.begin(), kept.end());
  std::vector<message_queue> before;
  for (const auto& [queue, held] : current_) {
    if (queue.topic == route.topic) before.push_back(queue);
  }
  const auto change = compare_assignments(std::move(before), std::move(mine));
  if (change.empty()) return state;
  for (const auto& queue : change.removed) remove(queue);
  std::size_t added = 0;
  for (const auto& queue : change.added) added += add(queue) ? 1U : 0U;
  if (added < change.added.size()) state = balance::unsettled;
  if (added > 0 || !change.removed.empty()) {
    changed_ = true;
    publish_gauges();
    context_.log().info("queues were assigned anew", {{"group", context_.options.group},
                                                      {"topic", route.topic},
                                                      {"all", std::to_string(all.size())},
                                                      {"added", std::to_string(added)},
                                                      {"removed", std::to_string(change.removed.size())}});
  }
  return state;
}

bool assignment::add(const message_queue& queue) {
  if (closed_ || ending_.contains(queue)) return false;
  queue_origin origin{.retry_topic = queue.topic == context_.subscriptions.retry_topic()};
  if (!topics_[queue.topic].at_first.contains(queue))
    origin.appeared_after_ms = context_.subscriptions.started_ms() - clock_margin_ms;
  auto fresh = std::make_shared<assigned_queue>(queue, ++generation_, origin, context_.core->executor(), context_.now());
  if (!context_.spawn(context_.gate, run(fresh))) return false;
  current_.emplace(queue, std::move(fresh));
  return true;
}

io::task<void> assignment::run(queue_ptr queue) {
  co_await reader_.read(queue);
  const auto still = current_.find(queue->queue);
  if (still != current_.end() && still->second == queue) current_.erase(still);
  ending_.erase(queue->queue);
  publish_gauges();
  ended_.notify_all();
  if (!context_.stopping) soon();
}

/// Orderly: the running handler's verdict still counts, and the queue is given away after it. Concurrent: the next owner begins
/// at once, so what our handlers still say comes too late to be committed.
void assignment::remove(const message_queue& queue) {
  const auto found = current_.find(queue);
  if (found == current_.end()) return;
  const auto held = found->second;
  current_.erase(found);
  ending_.emplace(queue, held);
  if (context_.options.order == consume_order::orderly) {
    held->close();
  } else {
    held->abandon();
  }
}

void assignment::restart(const queue_ptr& queue) {
  const auto found = current_.find(queue->queue);
  if (found != current_.end() && found->second == queue) {
    current_.erase(found);
    ending_.emplace(queue->queue, queue);
  }
  queue->abandon();
  soon();
}

void assignment::drop_stalled() {
  std::vector<queue_ptr> stalled;
  for (const auto& [name, queue] : current_) {
    if (context_.now() - queue->alive_at > context_.timing.stall_limit + context_.options.broker_hold) stalled.push_back(queue);
  }
  for (const auto& queue : stalled) {
    ++context_.counters.stalls;
    context_.log().error("a queue's loop stands still: it gets a new one",
                         {{"group", context_.options.group}, {"queue", queue->queue.to_string()}});
    restart(queue);
  }
}

io::task<void> assignment::keep_locked() {
  while (!context_.gate.stopping()) {
    co_await io::sleep_for(context_.timing.lock_renewal);
    if (context_.gate.stopping()) break;
    auto held = current();
    // A queue that is to be given away stays locked while its last handler runs.
    for (const auto& [name, queue] : ending_) held.push_back(queue);
    const auto lost = co_await locks_.renew(std::move(held));
    for (const auto& queue : lost) {
      context_.log().warn("the lock of a queue is lost: it is taken anew",
                          {{"group", context_.options.group}, {"queue", queue->queue.to_string()}});
      queue->may_commit = false;
      restart(queue);
    }
  }
}

std::vector<queue_ptr> assignment::current() const {
  std::vector<queue_ptr> out;
  for (const auto& [name, queue] : current_) out.push_back(queue);
  return out;
}

void assignment::close_all() {
  closed_ = true;
  wanted_.notify_all();
  for (const auto& [name, queue] : current_) queue->close();
  for (const auto& [name, queue] : ending_) queue->close();
}

io::task<bool> assignment::all_ended(steady_time deadline) {
  const auto waits_for = [this](const queue_ptr& queue) { return context_.locks_queues() || queue->flight.has_value(); };
  const auto busy = [&waits_for](const std::map<message_queue, queue_ptr>& table) {
    return std::any_of(table.begin(), table.end(), [&waits_for](const auto& entry) { return waits_for(entry.second); });
  };
  while (busy(current_) || busy(ending_)) {
    const auto why = co_await ended_.wait_until(deadline);
    if (why == io::wake_reason::deadline) co_return false;
  }
  co_return true;
}

void assignment::publish_gauges() {
  std::vector<std::shared_ptr<const queue_gauges>> fresh;
  for (const auto& [name, queue] : current_) fresh.push_back(queue->gauges);
  const std::lock_guard lock(gauges_mutex_);
  gauges_ = std::move(fresh);
}

std::vector<std::shared_ptr<const queue_gauges>> assignment::gauges() const {
  const std::lock_guard lock(gauges_mutex_);
  return gauges_;
}

}  // namespace parley::rocketmq::consume
