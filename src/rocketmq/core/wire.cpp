// Conversions of routes and refusals.
#include "core/wire.hpp"

#include <parley/remoting/codec/bodies/route.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/topic.hpp>

#include <fmt/format.h>

namespace parley::rocketmq::core {
namespace {

namespace code = remoting::response_code;

errc kind_of(std::int32_t answer_code) noexcept {
  switch (answer_code) {
    case code::topic_not_exist:
    case code::subscription_group_not_exist: return errc::not_found;
    case code::no_permission: return errc::permission;
    case code::system_busy: return errc::overloaded;
    // "maybe msg body or properties length not matched", says Apache's broker: its limits are configurable, and lower than ours then.
    case code::message_illegal: return errc::too_large;
    default: return errc::refused;
  }
}

// Addresses that do not parse are left out: the broker's others may do.
broker_info to_broker(const remoting::broker_data& in) {
  broker_info out{.cluster = in.cluster, .name = in.broker_name, .addresses = {}};
  for (const auto& [id, text] : in.addresses) {
    if (auto address = parse_endpoint(text)) out.addresses.emplace(id, std::move(*address));
  }
  return out;
}

}  // namespace

remoting::command route_request(const std::string& topic) {
  remoting::route_request request;
  request.topic = topic;
  return request.to_command();
}

result<topic_route> decode_route(const std::string& topic, const remoting::command& answer) {
  if (answer.code != code::success) return refusal("the route of topic " + topic, "the NameServer", answer);
  auto decoded = remoting::topic_route::decode(answer.body);
  if (!decoded) return std::move(decoded).error().with_context("the route of topic " + topic + ": ");
  topic_route out{.topic = topic, .brokers = {}, .queues = {}};
  for (const auto& broker : decoded->brokers) {
    auto converted = to_broker(broker);
    if (!converted.addresses.empty()) out.brokers.push_back(std::move(converted));
  }
  for (const auto& part : decoded->queues) {
    out.queues.push_back({.broker_name = part.broker_name,
                          .read_queues = part.read_queues,
                          .write_queues = part.write_queues,
                          .permission = part.perm});
  }
  if (out.brokers.empty() || out.queues.empty()) {
    return fail(errc::unavailable, fmt::format("the NameServer's route of topic {} names no broker that could be asked", topic));
  }
  return out;
}

result<std::vector<broker_info>> decode_brokers(const remoting::command& answer) {
  if (answer.code != code::success) return refusal("the list of brokers", "the NameServer", answer);
  auto decoded = remoting::cluster_info::decode(answer.body);
  if (!decoded) return std::move(decoded).error().with_context("the list of brokers: ");
  std::vector<broker_info> out;
  for (const auto& [name, broker] : decoded->brokers) out.push_back(to_broker(broker));
  return out;
}

error refusal(std::string_view what, std::string_view peer, const remoting::command& answer) {
  return fail(kind_of(answer.code), fmt::format("{}: {} answered {}: {}", what, peer, answer.code, answer.remark.value_or("(no text)")),
              answer.code);
}

}  // namespace parley::rocketmq::core
