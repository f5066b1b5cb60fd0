// `parley completion`: what a shell needs to complete this program's command line.
#include "reference/completion.hpp"
#include "commands.hpp"
#include "exit_status.hpp"

#include <cstdio>
#include <memory>
#include <string>

namespace parley::cli {

namespace {

int print_completion(const CLI::App& app, const std::string& shell) {
  const auto top = outline_of(app);
  const auto script = shell == "bash" ? bash_completion(top) : shell == "zsh" ? zsh_completion(top) : fish_completion(top);
  return std::fputs(script.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? exit_ok : exit_system;
}

}  // namespace

void add_completion(CLI::App& app, chosen_command& chosen) {
  const auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand("completion", "print the completion script for a shell");
  command->add_option("shell", *shell, "for which shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, &chosen, shell] { chosen = [&app, shell] { return print_completion(app, *shell); }; });
}

}  // namespace parley::cli
