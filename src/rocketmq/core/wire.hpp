// Between the wire's routes and the library's: pure conversions.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/command.hpp>
#include <parley/rocketmq/admin.hpp>

#include <string>
#include <vector>

namespace parley::rocketmq::core {

[[nodiscard]] remoting::command route_request(const std::string& topic);
/// The answer to it. `refused` with the peer's code and text, `malformed` for what does not decode, `unavailable` for a route that
/// names no queue or no broker with a usable address: it tells less than an older one.
result<topic_route> decode_route(const std::string& topic, const remoting::command& answer);
/// The answer to GET_BROKER_CLUSTER_INFO (106).
result<std::vector<broker_info>> decode_brokers(const remoting::command& answer);

/// An answer that is not what was hoped for, as an error: "<what>: broker 1.2.3.4:10911 answered 26: …".
[[nodiscard]] error refusal(std::string_view what, std::string_view peer, const remoting::command& answer);

}  // namespace parley::rocketmq::core
