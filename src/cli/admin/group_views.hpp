// Groups as people and programs are shown them. Pure.
#pragma once

#include "admin/admin_command.hpp"

#include <parley/rocketmq/admin_views.hpp>

#include <string>
#include <vector>

namespace parley::cli {

[[nodiscard]] document show_groups(const std::vector<std::string>& groups);
[[nodiscard]] document show_progress(const std::string& group, const rocketmq::group_progress& progress);
[[nodiscard]] document show_positions(const std::string& group, const std::string& topic, std::int64_t to_ms,
                                      const std::vector<rocketmq::queue_position>& positions);
[[nodiscard]] document show_connections(const std::string& group, const rocketmq::group_connections& connections);

}  // namespace parley::cli
