// `parley version`.
#include "commands.hpp"
#include "exit_status.hpp"

#include <cstdio>

namespace parley::cli {

void add_version(CLI::App& app, chosen_command& chosen) {
  auto* command = app.add_subcommand("version", "print the version");
  command->callback([&chosen] {
    chosen = [] {
      std::puts("parley " PARLEY_VERSION);
      return exit_ok;
    };
  });
}

}  // namespace parley::cli
