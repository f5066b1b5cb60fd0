// Finding and asking masters.
#include "admin/masters.hpp"

#include "core/wire.hpp"

#include <parley/remoting/codec/bodies/route.hpp>
#include <parley/remoting/codec/codes.hpp>

#include <fmt/format.h>

namespace parley::rocketmq::administration {

std::vector<master> masters_of(const std::vector<broker_info>& brokers, const std::string& cluster) {
  std::vector<master> out;
  for (const auto& broker : brokers) {
    const auto at = broker.addresses.find(remoting::master_id);
    if (at != broker.addresses.end() && (cluster.empty() || broker.cluster == cluster))
      out.push_back({.name = broker.name, .address = at->second});
  }
  return out;
}

io::task<result<std::vector<broker_info>>> find_brokers(core_ptr core, steady_time deadline) {
  remoting::command request{.code = remoting::request_code::get_broker_cluster_info};
  const auto answer = co_await core->call_name_server(std::move(request), deadline);
  if (!answer) co_return answer.error();
  co_return core::decode_brokers(*answer);
}

io::task<result<std::vector<master>>> find_masters(core_ptr core, std::string cluster, steady_time deadline) {
  const auto brokers = co_await find_brokers(core, deadline);
  if (!brokers) co_return brokers.error();
  auto out = masters_of(*brokers, cluster);
  if (out.empty()) {
    co_return fail(errc::unavailable,
                   cluster.empty()
                       ? fmt::format("no NameServer of {} knows a master broker", core->name_servers())
                       : fmt::format("no NameServer of {} knows a master broker of cluster {}", core->name_servers(), cluster));
  }
  co_return out;
}

io::task<result<std::vector<master>>> find_masters_of_topic(core_ptr core, std::string topic, steady_time deadline) {
  const auto route = co_await core->fresh_route(topic, deadline);
  if (!route) co_return route.error();
  auto out = masters_of(route->brokers);
  if (out.empty()) co_return fail(errc::unavailable, fmt::format("the route of topic {} names no master broker", topic));
  co_return out;
}

io::task<result<remoting::command>> ask(core_ptr core, master broker, remoting::command request, std::string what,
                                        steady_time deadline) {
  auto outcome = co_await core->call(broker.address, std::move(request), deadline, broker.name);
  if (!outcome.answer)
    co_return std::move(outcome.answer).error().with_context(fmt::format("{} on broker {}: ", what, broker.name));
  co_return std::move(*outcome.answer);
}

error refusal(const master& broker, const std::string& what, const remoting::command& answer) {
  return core::refusal(what, fmt::format("broker {} at {}", broker.name, broker.address.to_string()), answer);
}

error unreadable(const master& broker, const std::string& what, error why) {
  return std::move(why).with_context(fmt::format("{} on broker {}: ", what, broker.name));
}

io::task<result<void>> tell_all(core_ptr core, std::vector<master> masters, remoting::command request, std::string what,
                                steady_time deadline) {
  for (const auto& broker : masters) {
    auto copy = request;
    const auto answer = co_await ask(core, broker, std::move(copy), what, deadline);
    if (!answer) co_return answer.error();
    if (answer->code != remoting::response_code::success) co_return refusal(broker, what, *answer);
  }
  co_return result<void>();
}

}  // namespace parley::rocketmq::administration
