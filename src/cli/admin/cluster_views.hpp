// A cluster's servers as people and programs are shown them. Pure.
#pragma once

#include "admin/admin_command.hpp"

#include <parley/rocketmq/admin_views.hpp>

#include <string>
#include <vector>

namespace parley::cli {

/// One address of a broker, and what it said of itself or why it did not.
struct shown_broker {
  std::string cluster;
  std::string name;
  std::int64_t id{0};
  endpoint address;
  result<rocketmq::broker_status> status;
};

struct shown_name_server {
  endpoint address;
  result<rocketmq::name_server_view> view;
};

[[nodiscard]] document show_cluster(const std::vector<shown_name_server>& name_servers, const std::vector<shown_broker>& brokers);

}  // namespace parley::cli
