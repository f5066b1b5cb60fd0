// Topics as people and programs are shown them. Pure.
#pragma once

#include "admin/admin_command.hpp"

#include <parley/rocketmq/admin_views.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace parley::cli {

/// A topic that RocketMQ made for itself, for a broker, a cluster or a group.
[[nodiscard]] bool is_internal(std::string_view topic, const std::vector<rocketmq::broker_info>& brokers);
/// "read, write".
[[nodiscard]] std::string show_permission(std::int32_t permission);

[[nodiscard]] document show_topics(const std::vector<std::string>& topics);
[[nodiscard]] document show_route(const rocketmq::topic_route& route);
[[nodiscard]] document show_status(const std::string& topic, const std::vector<rocketmq::queue_status>& queues);

}  // namespace parley::cli
