// Facts of a cluster that is well, for tests to break, and what to look for in findings.
#pragma once

#include "doctor/decide.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cli::doctor {

inline const endpoint name_server_address{.host = "10.0.0.5", .port = 9876};
inline const endpoint broker_address{.host = "10.0.0.7", .port = 10911};

[[nodiscard]] inline error refused_with(std::int32_t code, std::string text) {
  return fail(errc::refused, std::move(text), code);
}
[[nodiscard]] inline error failed_link(link_fault fault, std::string text = "it failed") {
  return error{.code = errc::unreachable, .message = std::move(text), .fault = fault};
}

[[nodiscard]] inline rocketmq::name_server_view view_of_broker(const endpoint& at) {
  rocketmq::name_server_view out{.address = name_server_address, .version = "V5_5_0", .round_trip = milliseconds{2}, .brokers = {}};
  out.brokers.push_back({.cluster = "DefaultCluster", .name = "broker-a", .addresses = {{0, at}}});
  return out;
}

[[nodiscard]] inline topic_facts topic_with(std::string name, std::int32_t permission = 6, std::int32_t read = 8,
                                            std::int32_t write = 8) {
  rocketmq::topic_route route{.topic = name, .brokers = {}, .queues = {}};
  route.queues.push_back({.broker_name = "broker-a", .read_queues = read, .write_queues = write, .permission = permission});
  topic_facts out{.name = std::move(name), .route = std::move(route)};
  out.sends.push_back({.broker_name = "broker-a", .outcome = {}});
  out.sends.back().outcome.cause = refused_with(29, "request queueId[65535] is illegal");
  out.read.emplace(result<void>());
  return out;
}

[[nodiscard]] inline rocketmq::member_state word_of(std::string id, std::string topic, std::string expression = "*") {
  rocketmq::member_state out;
  out.client_id = std::move(id);
  out.subscriptions.emplace(std::move(topic), std::move(expression));
  return out;
}

[[nodiscard]] inline facts healthy() {
  facts out;
  out.given.name_servers = {name_server_address};
  out.given.topics = chat::topic_names::from_prefix("chat");
  out.given.base_group = "servers";
  out.given.group = "servers_consumer";
  out.name_servers.push_back({.address = name_server_address, .view = view_of_broker(broker_address)});
  rocketmq::broker_status status{
      .address = broker_address, .round_trip = milliseconds{3}, .figures = {{"brokerVersionDesc", "V5_5_0"}}};
  broker_facts broker{
      .cluster = "DefaultCluster", .name = "broker-a", .advertised = broker_address, .dialled = broker_address, .status = status};
  broker.settings.emplace(broker_settings{{"brokerName", "broker-a"}, {"brokerPermission", "6"}});
  out.brokers.push_back(std::move(broker));
  for (const auto* name : {"chat-requests", "chat-responses", "chat-events"}) out.topics.push_back(topic_with(name));
  probe_facts probe{.broker_name = "broker-a", .topic = "broker-a"};
  probe.subscribed.emplace(result<void>());
  probe.sent.emplace();
  probe.sent->status = rocketmq::send_status::stored;
  probe.sent_at_ms = 1'000'000;
  probe.answered_at_ms = 1'000'010;
  rocketmq::received_message came;
  came.store_timestamp_ms = 1'000'005;
  probe.came.emplace(std::move(came));
  out.probes.push_back(std::move(probe));
  rocketmq::group_connections connections;
  connections.clients.push_back({.client_id = "10.0.0.9@1", .address = "10.0.0.9:4000", .language = "CPP", .version = "V5_5_0"});
  out.group.emplace(group_facts{.connections = std::move(connections)});
  out.group->members.emplace("10.0.0.9@1", word_of("10.0.0.9@1", "chat-requests"));
  out.group->progress.emplace(rocketmq::group_progress{});
  return out;
}

/// Those that are not well.
[[nodiscard]] inline std::vector<finding> bad_ones(const facts& all) {
  auto out = decide(all);
  std::erase_if(out, [](const finding& one) { return one.how == severity::ok || one.how == severity::skipped; });
  return out;
}

[[nodiscard]] inline std::vector<std::string> codes_of(const std::vector<finding>& all) {
  std::vector<std::string> out;
  for (const auto& one : all) out.push_back(one.code);
  return out;
}

/// The texts of a finding's remedies, of one tool.
[[nodiscard]] inline std::vector<std::string> remedies_of(const finding& one, tool with) {
  std::vector<std::string> out;
  for (const auto& each : one.remedies) {
    if (each.with == with) out.push_back(each.text);
  }
  return out;
}

}  // namespace parley::cli::doctor
