// What the administrator's commands share: their flags, one connection to the cluster, and how they end.
#pragma once

#include "config.hpp"

#include <parley/io/task.hpp>
#include <parley/rocketmq/admin.hpp>

#include <boost/json/object.hpp>

#include <functional>
#include <string>

namespace parley::cli {

struct admin_config {
  bus_config bus{};
  double timeout_seconds{10.0};
  bool json{false};
};

/// What a command has to say: to people, or to programs.
struct document {
  std::string text;  ///< lines with their ends
  boost::json::object json;
  std::string missing{};  ///< what could not be had, if not all of it is there
};

/// Gets the administrator and how long the command may take.
using admin_work = std::function<io::task<result<document>>(rocketmq::admin&, milliseconds)>;

void add_admin_flags(CLI::App& to, admin_config& config);
/// Connects, does the work, prints the document to standard output; a failure goes to standard error. Gives the exit status.
int run_admin(const admin_config& config, const admin_work& work);

/// 2 for what no cluster can do, 3 for what it refuses or does not have, 4 for all else.
[[nodiscard]] int exit_status_of(const error& why) noexcept;

}  // namespace parley::cli
