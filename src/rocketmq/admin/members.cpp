// Requests about the members of a group.
#include "admin/members.hpp"

#include "admin/groups.hpp"
#include "core/names.hpp"

#include <parley/remoting/codec/bodies/consumer.hpp>
#include <parley/remoting/codec/bodies/heartbeat.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/group.hpp>
#include <parley/remoting/codec/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace parley::rocketmq::administration {
namespace {

namespace code = remoting::response_code;

using connections_or_none = std::optional<remoting::consumer_connections>;

// Nothing where the broker says that no member is connected to it.
io::task<result<connections_or_none>> connections_on(core_ptr core, master broker, std::string group, steady_time deadline) {
  const auto what = "the members of group " + group;
  remoting::consumer_connections_request request;
  request.consumer_group = group;
  const auto answer = co_await ask(core, broker, request.to_command(), what, deadline);
  if (!answer) co_return answer.error();
  if (answer->code == code::consumer_not_online) co_return std::nullopt;
  if (answer->code != code::success) co_return refusal(broker, what, *answer);
  auto decoded = remoting::consumer_connections::decode(answer->body);
  if (!decoded) co_return unreadable(broker, what, decoded.error());
  co_return std::move(*decoded);
}

std::map<std::string, std::vector<connected_client>> by_id(const remoting::consumer_connections& from) {
  std::map<std::string, std::vector<connected_client>> out;
  for (const auto& one : from.connections) {
    out[one.client_id].push_back({.client_id = one.client_id,
                                  .address = one.client_address,
                                  .language = one.language,
                                  .version = remoting::version_name(one.version)});
  }
  return out;
}

member_state to_state(remoting::consumer_running_info&& in, std::string client_id) {
  member_state out;
  out.client_id = std::move(client_id);
  for (auto& one : in.subscriptions) out.subscriptions.insert_or_assign(std::move(one.topic), std::move(one.expression));
  for (const auto& [queue, state] : in.queues) {
    if (!state.dropped) out.queues.push_back({queue.topic, queue.broker_name, queue.queue_id});
  }
  out.properties = std::move(in.properties);
  return out;
}

io::task<result<member_state>> ask_member(core_ptr core, master broker, std::string group, std::string client_id,
                                          steady_time deadline) {
  const auto what = fmt::format("the state of member {} of group {}", client_id, group);
  remoting::running_info_request request;
  request.consumer_group = group;
  request.client_id = client_id;
  const auto answer = co_await ask(core, broker, request.to_command(), what, deadline);
  if (!answer) co_return answer.error();
  if (answer->code != code::success) co_return refusal(broker, what, *answer);
  auto decoded = remoting::consumer_running_info::decode(answer->body);
  if (!decoded) co_return unreadable(broker, what, decoded.error());
  co_return to_state(std::move(*decoded), std::move(client_id));
}

}  // namespace

group_connections merge(const std::vector<remoting::consumer_connections>& from) {
  std::map<std::string, std::vector<connected_client>> clients;
  std::map<std::string, remoting::subscription_data> subscriptions;
  group_connections out;
  for (const auto& broker : from) {
    for (auto& [id, found] : by_id(broker)) {
      auto& held = clients[id];
      if (found.size() > held.size()) held = found;
    }
    for (const auto& [topic, subscription] : broker.subscriptions) {
      const auto at = subscriptions.try_emplace(topic, subscription).first;
      if (subscription.sub_version > at->second.sub_version) at->second = subscription;
    }
    out.broadcasting = broker.message_model == name_of(remoting::message_model::broadcasting);
    out.push = broker.consume_type == name_of(remoting::consume_type::passively);
  }
  for (auto& [id, found] : clients) {
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
    out.clients.insert(out.clients.end(), found.begin(), found.end());
  }
  for (auto& [topic, subscription] : subscriptions) out.subscriptions.emplace(topic, std::move(subscription.expression));
  return out;
}

io::task<result<group_connections>> connections(core_ptr core, std::string group, steady_time deadline) {
  if (auto checked = core::check_group(group); !checked) co_return checked.error();
  auto masters = co_await find_masters(core, all_clusters, deadline);
  if (!masters) co_return masters.error();
  std::vector<remoting::consumer_connections> found;
  for (const auto& broker : *masters) {
    auto there = co_await connections_on(core, broker, group, deadline);
    if (!there) co_return there.error();
    if (*there) found.push_back(std::move(**there));
  }
  if (found.empty()) {
    const auto exists = co_await check_group_exists(core, group, std::move(*masters), deadline);
    if (!exists) co_return exists.error();
  }
  co_return merge(found);
}

io::task<result<member_state>> member(core_ptr core, std::string group, std::string client_id, steady_time deadline) {
  if (auto checked = core::check_group(group); !checked) co_return checked.error();
  const auto masters = co_await find_masters(core, all_clusters, deadline);
  if (!masters) co_return masters.error();
  for (const auto& broker : *masters) {
    const auto there = co_await connections_on(core, broker, group, deadline);
    if (!there) co_return there.error();
    if (!*there) continue;
    const auto& all = (*there)->connections;
    if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return one.client_id == client_id; })) continue;
    auto state = co_await ask_member(core, broker, group, client_id, deadline);
    co_return state;
  }
  co_return fail(errc::not_found, fmt::format("no member {} of group {} is connected to a broker behind {}", client_id, group,
                                              core->name_servers()));
}

}  // namespace parley::rocketmq::administration
