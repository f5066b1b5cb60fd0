// Heartbeats and unregistration.
#include "core/membership.hpp"

#include "core/heartbeat.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/codes.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::core {
namespace {

namespace request = remoting::request_code;
constexpr milliseconds pause_after_failure{200};
constexpr milliseconds first_heartbeat_after{1000};
/// What heartbeats leave to a farewell that waits for them.
constexpr milliseconds farewell_time{1000};

}  // namespace

membership::membership(core_context& context, route_service& routes) : context_(context), routes_(routes), beaten_(context.executor) {
  routes_.on_change(alive_, [this](const std::string& topic) { route_changed(topic); });
}

void membership::add_producer(const std::string& group) {
  if (++producers_[group] == 1) changed();
}

void membership::add_member(std::shared_ptr<group_member> member) {
  for (const auto& topic : member->topics()) routes_.watch(topic);
  members_[member->group()] = std::move(member);
  changed();
}

void membership::changed() {
  ++version_;
  beat_soon();
}

// Several changes in one turn of the loop make one heartbeat.
void membership::beat_soon() {
  if (std::exchange(beat_pending_, true)) return;
  if (!context_.gate.spawn(beat_all())) beat_pending_ = false;
}

std::vector<std::shared_ptr<group_member>> membership::members() const {
  std::vector<std::shared_ptr<group_member>> out;
  for (const auto& [group, member] : members_) out.push_back(member);
  return out;
}

group_member* membership::member_of(std::string_view group) const {
  const auto at = members_.find(group);
  return at == members_.end() ? nullptr : at->second.get();
}

void membership::route_changed(const std::string& topic) {
  for (const auto& member : members()) {
    const auto topics = member->topics();
    if (std::find(topics.begin(), topics.end(), topic) != topics.end()) member->rebalance_soon();
  }
  // A broker seen for the first time is to know the groups before the next period.
  const auto brokers = routes_.table().addresses(!members_.empty());
  const bool news = std::any_of(brokers.begin(), brokers.end(), [&](const endpoint& broker) { return !registered_.contains(broker); });
  if (news && has_groups()) beat_soon();
}

result<remoting::command> membership::make_heartbeat() const {
  remoting::heartbeat body;
  body.client_id = context_.client_id;
  for (const auto& [group, count] : producers_) body.producer_groups.push_back(group);
  heartbeat_entries entries;
  for (const auto& [group, member] : members_) member->describe(entries);
  body.consumers = std::move(entries.consumers);
  auto encoded = body.encode();
  if (!encoded) return encoded.error();
  remoting::command out{.code = request::heart_beat};
  out.body = std::move(*encoded);
  return out;
}

bool membership::is_registered(const endpoint& broker) const {
  const auto at = registered_.find(broker);
  return at != registered_.end() && at->second == version_;
}

io::task<result<void>> membership::beat_one(endpoint broker, steady_time deadline) {
  const auto version = version_;
  auto made = make_heartbeat();
  if (!made) co_return made.error();
  ++beating_[broker];
  context_.counters.heartbeats.fetch_add(1, std::memory_order_relaxed);
  auto outcome = co_await context_.dialer.call(broker, std::move(*made), deadline);
  if (outcome.answer.has_value() && outcome.answer->code == remoting::response_code::success) registered_[broker] = version;
  beat_ended(broker);
  routes_.explain(broker, {}, outcome);
  if (!outcome.answer) co_return outcome.answer.error();
  if (outcome.answer->code != remoting::response_code::success) {
    co_return refusal("the heartbeat", "broker " + broker.to_string(), *outcome.answer);
  }
  co_return result<void>();
}

void membership::beat_ended(const endpoint& broker) {
  if (--beating_[broker] == 0) beating_.erase(broker);
  beaten_.notify_all();
}

io::task<remoting::call_outcome> membership::beat_over(endpoint broker, std::shared_ptr<remoting::connection> which,
                                                       steady_time deadline) {
  auto made = make_heartbeat();
  if (!made) co_return remoting::call_outcome{.answer = made.error(), .written = false};
  ++beating_[broker];
  context_.counters.heartbeats.fetch_add(1, std::memory_order_relaxed);
  auto outcome = co_await which->call(std::move(*made), deadline);
  beat_ended(broker);
  co_return outcome;
}

io::task<void> membership::beat_into(endpoint broker, std::shared_ptr<io::signal> done, std::shared_ptr<std::size_t> left) {
  const auto beaten = co_await beat_one(broker, context_.now() + context_.options.request_timeout);
  if (!beaten) {
    context_.log().warn("a heartbeat was not taken", {{"broker", broker.to_string()}, {"error", beaten.error().message}});
    routes_.address_failed(broker);
  }
  --*left;
  done->notify_all();
}

io::task<void> membership::beat_all() {
  beat_pending_ = false;
  if (!has_groups()) co_return;
  const auto done = std::make_shared<io::signal>(context_.executor);
  const auto left = std::make_shared<std::size_t>(0);
  // Replicas need to know of consumers only.
  for (const auto& broker : routes_.table().addresses(!members_.empty())) {
    if (context_.gate.spawn(beat_into(broker, done, left))) ++*left;
  }
  const auto deadline = context_.now() + context_.options.request_timeout;
  while (*left > 0 && context_.now() < deadline && !context_.gate.stopping()) co_await done->wait_until(deadline);
}

struct membership::beat_slot {
  std::optional<result<void>> outcome;
};

io::task<result<void>> membership::ensure_registered(endpoint broker, steady_time deadline) {
  while (!is_registered(broker)) {
    if (context_.gate.stopping()) co_return fail(errc::stopped, "the client is stopping");
    if (beating_.contains(broker)) {
      co_await beaten_.wait_until(deadline);
      if (context_.now() >= deadline && !is_registered(broker)) {
        co_return fail(errc::timed_out, fmt::format("broker {} did not answer a heartbeat in time", broker.to_string()));
      }
      continue;
    }
    // Beside its caller, who may be told to end: a heartbeat is to be known of until the broker has answered it.
    const auto slot = std::make_shared<beat_slot>();
    if (!context_.gate.spawn(beat_for(slot, broker, deadline))) continue;
    while (!slot->outcome) {
      const auto why = co_await beaten_.wait_until(deadline);
      if (!slot->outcome && why == io::wake_reason::cancelled) co_return fail(errc::stopped, "the wait for a heartbeat was cancelled");
    }
    if (!*slot->outcome) co_return *slot->outcome;
  }
  co_return result<void>();
}

io::task<void> membership::beat_for(std::shared_ptr<beat_slot> slot, endpoint broker, steady_time deadline) {
  auto beaten = co_await beat_one(broker, deadline);
  slot->outcome.emplace(std::move(beaten));
  beaten_.notify_all();
}

io::task<void> membership::beat_forever() {
  auto pause = std::min(first_heartbeat_after, context_.options.heartbeat_period);
  while (true) {
    const bool awake = co_await context_.sleep(pause);
    if (!awake) co_return;
    co_await beat_all();
    pause = context_.options.heartbeat_period;
  }
}

void membership::connection_lost(const endpoint& address) {
  registered_.erase(address);
  if (!has_groups() || context_.gate.stopping() || !routes_.table().broker_at(address)) return;
  if (!registering_again_.insert(address).second) return;
  if (!context_.gate.spawn(register_again(address))) registering_again_.erase(address);
}

// The dialer paces the attempts; what is asked here is only whether the broker is still one of ours.
io::task<void> membership::register_again(endpoint broker) {
  while (!context_.gate.stopping() && !is_registered(broker) && routes_.table().broker_at(broker) && has_groups()) {
    const auto told = co_await ensure_registered(broker, context_.now() + context_.options.request_timeout);
    if (told) {
      context_.log().info("a broker knows our groups again", {{"broker", broker.to_string()}});
      break;
    }
    routes_.address_failed(broker);
    const bool awake = co_await context_.sleep(pause_after_failure);
    if (!awake) break;
  }
  registering_again_.erase(broker);
}

bool membership::is_there_again(const remoting::unregister_request& farewell) const {
  return (farewell.producer_group && producers_.contains(*farewell.producer_group)) ||
         (farewell.consumer_group && members_.contains(*farewell.consumer_group));
}

io::task<void> membership::unregister_at(endpoint broker, remoting::unregister_request farewell, steady_time deadline,
                                         std::shared_ptr<io::signal> done, std::shared_ptr<std::size_t> left) {
  // Brokers handle heartbeats and farewells on different threads. A heartbeat that is handled last leaves a member that nobody
  // is, with queues of its own, until the broker's two minutes are over.
  const auto time_left = std::max(deadline - context_.now(), steady_time::duration{0});
  const auto patience = deadline - std::min<steady_time::duration>(time_left / 2, farewell_time);
  while (beating_.contains(broker) && context_.now() < patience && !context_.gate.stopping()) co_await beaten_.wait_until(patience);
  if (!is_there_again(farewell)) {
    // Sent however late it is; whoever asked for it waits no longer than the deadline.
    const auto until = std::max(deadline, context_.now() + farewell_time);
    const auto outcome = co_await context_.dialer.call(broker, farewell.to_command(), until);
    if (!outcome.answer) {
      context_.log().debug("a broker was not told that a group leaves", {{"broker", broker.to_string()}, {"error", outcome.answer.error().message}});
    }
  }
  --*left;
  done->notify_all();
}

// A broker without a connection has nothing of ours to forget: it drops a client's entries with the connection.
io::task<void> membership::unregister(std::optional<std::string> producer, std::optional<std::string> consumer, steady_time deadline) {
  remoting::unregister_request body;
  body.client_id = context_.client_id;
  body.producer_group = std::move(producer);
  body.consumer_group = std::move(consumer);
  const auto done = std::make_shared<io::signal>(context_.executor);
  const auto left = std::make_shared<std::size_t>(0);
  const auto until = std::min(deadline, context_.now() + context_.options.request_timeout);
  for (const auto& broker : routes_.table().addresses(true)) {
    // A heartbeat that still waits for its connection names the group too.
    if (!context_.dialer.existing(broker) && !beating_.contains(broker)) continue;
    if (context_.gate.spawn(unregister_at(broker, body, until, done, left))) ++*left;
  }
  while (*left > 0 && context_.now() < until && !context_.gate.stopping()) co_await done->wait_until(until);
}

io::task<void> membership::remove_producer(std::string group, steady_time deadline) {
  const auto at = producers_.find(group);
  if (at == producers_.end() || --at->second > 0) co_return;
  producers_.erase(at);
  co_await unregister(std::move(group), std::nullopt, deadline);
}

io::task<void> membership::remove_member(std::string group, steady_time deadline) {
  if (members_.erase(group) == 0) co_return;
  co_await unregister(std::nullopt, std::move(group), deadline);
}

io::task<void> membership::remove_all(steady_time deadline) {
  while (!members_.empty() && context_.now() < deadline) {
    auto group = members_.begin()->first;
    co_await remove_member(std::move(group), deadline);
  }
  while (!producers_.empty() && context_.now() < deadline) {
    auto group = producers_.begin()->first;
    producers_.begin()->second = 1;
    co_await remove_producer(std::move(group), deadline);
  }
}

std::optional<remoting::command> membership::on_request(const remoting::command& in, const group_member::answer_later& later) {
  switch (in.code) {
    case request::notify_consumer_ids_changed:
      if (auto* member = member_of(in.fields.text("consumerGroup"))) member->rebalance_soon();
      return std::nullopt;
    case request::reset_consumer_client_offset:
    case request::get_consumer_status_from_client:
      if (auto* member = member_of(in.fields.text("group"))) return member->on_broker_request(in, later);
      return std::nullopt;
    case request::get_consumer_running_info:
    case request::consume_message_directly:
      if (auto* member = member_of(in.fields.text("consumerGroup"))) return member->on_broker_request(in, later);
      return std::nullopt;
    default: return std::nullopt;  // as Apache's clients: unknown requests get no answer
  }
}

}  // namespace parley::rocketmq::core
