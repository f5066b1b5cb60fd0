// Configuration in one place: the contract's environment variables, and the flags that override them.
#pragma once

#include "access.hpp"
#include "logging.hpp"

#include <parley/base/log.hpp>
#include <parley/chat/contract/names.hpp>
#include <parley/rocketmq/client.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace parley::cli {

/// What every subcommand that talks to RocketMQ is told.
struct bus_config {
  std::string name_servers{"127.0.0.1:9876"};
  std::string topic_prefix{chat::default_topic_prefix};
  std::string group{};
  std::string pod_name{};
  std::string pod_namespace{};
  log_config log{};
  access_config access{};
};

/// Who a client speaks for, and how long it waits.
struct client_config {
  bus_config bus{.group = "chat_client_group"};
  std::string user_id{"user_001"};
  double timeout_seconds{10.0};
  std::string ops{};  ///< where operations are served, of programs that stay; empty = nowhere
};

/// How the cluster is reached, and the log: what those need that know no chat.
void add_cluster_flags(CLI::App& to, bus_config& config);
void add_bus_flags(CLI::App& to, bus_config& config);
void add_client_flags(CLI::App& to, client_config& config);
/// For programs that stay: where their health can be asked.
void add_ops_flag(CLI::App& to, std::string& where);

/// The client's options: the instance name carries pod and namespace, and is unique in every process.
[[nodiscard]] rocketmq::client_options bus_options(const bus_config& config, logger log);
[[nodiscard]] milliseconds to_milliseconds(double seconds);

}  // namespace parley::cli
