// `parley man`: the manual page, for packages to install; help does not show the command.
#include "commands.hpp"
#include "exit_status.hpp"
#include "reference/man_page.hpp"

#include <cstdio>

namespace parley::cli {

void add_man(CLI::App& app, chosen_command& chosen) {
  auto* command = app.add_subcommand("man", "print the manual page");
  command->group("");
  command->callback([&app, &chosen] {
    chosen = [&app] {
      const auto page = man_page(outline_of(app), PARLEY_VERSION);
      return std::fputs(page.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? exit_ok : exit_system;
    };
  });
}

}  // namespace parley::cli
