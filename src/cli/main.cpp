// The entry of the program.
#include "commands.hpp"
#include "exit_status.hpp"

#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

namespace parley::cli {
namespace {

/// The images start the program as ./server or ./client, links to it: such a name stands for the subcommand.
std::vector<const char*> with_command_of_its_name(int argc, const char* const* argv) {
  std::vector<const char*> out(argv, argv + argc);
  if (out.empty()) return out;
  const char* name = out.front();
  for (const char* at = name; *at != '\0'; ++at) {
    if (*at == '/') name = at + 1;
  }
  if (name == std::string_view("server") || name == std::string_view("client")) out.insert(out.begin() + 1, name);
  return out;
}

int run(int argc, char** argv) {
  CLI::App app("Parley: a chat service on Apache RocketMQ", "parley");
  app.require_subcommand(1);
  app.footer("Exit status: 0 ok, 2 usage, 3 refused by the chat or the cluster, 4 network, broker, store or time-out.\n"
             "Flags override environment variables; `parley COMMAND --help` lists both.");
  chosen_command chosen;
  add_server(app, chosen);
  add_client(app, chosen);
  add_send(app, chosen);
  add_history(app, chosen);
  add_request(app, chosen);
  add_events(app, chosen);
  add_doctor(app, chosen);
  add_admin(app, chosen);
  add_bench(app, chosen);
  add_version(app, chosen);
  add_completion(app, chosen);
  add_man(app, chosen);
  try {
    const auto arguments = with_command_of_its_name(argc, argv);
    app.parse(static_cast<int>(arguments.size()), arguments.data());
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? exit_ok : exit_usage;
  }
  return chosen ? chosen() : exit_usage;
}

}  // namespace
}  // namespace parley::cli

int main(int argc, char** argv) {
  try {
    return parley::cli::run(argc, argv);
  } catch (const std::exception& broken) {
    std::fprintf(stderr, "parley: %s\n", broken.what());
    return parley::cli::exit_system;
  }
}
