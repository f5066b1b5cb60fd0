// The subjects of `parley admin`: each adds its commands, one file each.
#pragma once

#include "commands.hpp"

namespace parley::cli {

void add_admin_topic(CLI::App& to, chosen_command& chosen);
void add_admin_group(CLI::App& to, chosen_command& chosen);
void add_admin_message(CLI::App& to, chosen_command& chosen);
void add_admin_cluster(CLI::App& to, chosen_command& chosen);

}  // namespace parley::cli
