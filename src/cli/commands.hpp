// The subcommands: each adds itself to the command line, one file each.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace parley::cli {

/// What the chosen subcommand will do; set while the command line is read, run after it. Gives the exit status.
using chosen_command = std::function<int()>;

void add_server(CLI::App& app, chosen_command& chosen);
void add_send(CLI::App& app, chosen_command& chosen);
void add_history(CLI::App& app, chosen_command& chosen);
void add_request(CLI::App& app, chosen_command& chosen);
void add_events(CLI::App& app, chosen_command& chosen);
void add_client(CLI::App& app, chosen_command& chosen);
void add_doctor(CLI::App& app, chosen_command& chosen);
void add_bench(CLI::App& app, chosen_command& chosen);
void add_admin(CLI::App& app, chosen_command& chosen);
void add_version(CLI::App& app, chosen_command& chosen);
/// These two tell of the whole command line, as it is when they run.
void add_completion(CLI::App& app, chosen_command& chosen);
void add_man(CLI::App& app, chosen_command& chosen);

}  // namespace parley::cli
