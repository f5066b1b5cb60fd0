// The core's seam: each member hands on to the part that does it.
#include "core/client_core.hpp"

#include "core/core_state.hpp"

#include <fmt/format.h>

namespace parley::rocketmq::core {

client_core::client_core(std::unique_ptr<state> s) : state_(std::move(s)) {}
client_core::~client_core() = default;

std::shared_ptr<client_core> client_core::make(client_options options, boost::asio::io_context* callers) {
  return std::make_shared<client_core>(std::make_unique<state>(std::move(options), callers));
}

const client_options& client_core::options() const noexcept { return state_->context.options; }
const std::string& client_core::client_id() const noexcept { return state_->context.client_id; }
const logger& client_core::log() const noexcept { return state_->context.log(); }
const clock& client_core::time() const noexcept { return state_->context.time; }
boost::asio::any_io_executor client_core::executor() const noexcept { return state_->context.executor; }
bool client_core::on_own_thread() const noexcept { return state_->io_.get_executor().running_in_this_thread(); }
random_source& client_core::random() noexcept { return state_->context.random; }
void client_core::spawn(io::task<void> work) { state_->context.gate.spawn(std::move(work)); }
io::task<bool> client_core::sleep(milliseconds duration) { return state_->context.sleep(duration); }
std::string client_core::name_servers() const { return state_->servers.servers().to_string(); }

client_stats client_core::stats() const {
  const auto& counters = state_->context.counters;
  const auto& traffic = state_->context.dialer.counted();
  client_stats out;
  out.connections = traffic.connections.load(std::memory_order_relaxed);
  out.failed_connects = traffic.failed_connects.load(std::memory_order_relaxed);
  out.requests = traffic.requests.load(std::memory_order_relaxed);
  out.timed_out = traffic.timed_out.load(std::memory_order_relaxed);
  out.late_answers = traffic.late_answers.load(std::memory_order_relaxed);
  out.route_refreshes = counters.route_refreshes.load(std::memory_order_relaxed);
  out.heartbeats = counters.heartbeats.load(std::memory_order_relaxed);
  return out;
}

boost::asio::any_io_executor client_core::handler_executor() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->handlers) {
    state_->handlers = std::make_unique<handler_pool>(options().handler_threads);
    if (state_->now == state::phase::ended) state_->handlers->stop();
  }
  return state_->handlers->executor();
}

io::task<result<topic_route>> client_core::route(std::string topic, steady_time deadline) {
  return state_->routes.route(std::move(topic), deadline);
}
io::task<result<topic_route>> client_core::fresh_route(std::string topic, steady_time deadline) {
  return state_->routes.fresh(std::move(topic), deadline);
}
const topic_route* client_core::cached_route(const std::string& topic) const { return state_->routes.table().find(topic).get(); }
std::shared_ptr<const topic_route> client_core::shared_route(const std::string& topic) const { return state_->routes.table().find(topic); }
void client_core::watch_topic(const std::string& topic) { state_->routes.watch(topic); }
void client_core::on_route_change(std::weak_ptr<void> owner, std::function<void(const std::string&)> told) {
  state_->routes.on_change(std::move(owner), std::move(told));
}
std::optional<endpoint> client_core::broker_address(const std::string& broker_name, std::int64_t broker_id, bool any_replica) const {
  return state_->routes.table().address(broker_name, broker_id, any_replica);
}

io::task<remoting::call_outcome> client_core::call(endpoint to, remoting::command request, steady_time deadline, std::string broker) {
  auto outcome = co_await state_->context.dialer.call(to, std::move(request), deadline);
  state_->routes.explain(to, std::move(broker), outcome);
  co_return outcome;
}

io::task<result<remoting::command>> client_core::call_name_server(remoting::command request, steady_time deadline) {
  return state_->servers.call(std::move(request), deadline);
}

void client_core::register_producer(const std::string& group) { state_->groups.add_producer(group); }
io::task<void> client_core::unregister_producer(std::string group, steady_time deadline) {
  return state_->groups.remove_producer(std::move(group), deadline);
}
void client_core::register_member(std::shared_ptr<group_member> member) { state_->groups.add_member(std::move(member)); }
io::task<void> client_core::unregister_member(std::string group, steady_time deadline) {
  return state_->groups.remove_member(std::move(group), deadline);
}
io::task<void> client_core::heartbeat_now() { return state_->groups.beat_all(); }
io::task<result<void>> client_core::ensure_registered(endpoint broker, steady_time deadline) {
  return state_->groups.ensure_registered(std::move(broker), deadline);
}

}  // namespace parley::rocketmq::core
