// `parley admin`: topics, groups, stored messages and servers of the RocketMQ cluster.
#include "admin/subjects.hpp"
#include "commands.hpp"

namespace parley::cli {

void add_admin(CLI::App& app, chosen_command& chosen) {
  auto* command = app.add_subcommand("admin", "look after the RocketMQ cluster: topics, groups, messages, servers");
  command->require_subcommand(1);
  command->footer("Exit status: 0 done, 2 usage, 3 refused by the cluster, not there, or not confirmed, 4 network, broker or time-out.");
  add_admin_topic(*command, chosen);
  add_admin_group(*command, chosen);
  add_admin_message(*command, chosen);
  add_admin_cluster(*command, chosen);
}

}  // namespace parley::cli
