// `parley events`: what happens in the chat, one line of JSON each.
#include "client_program.hpp"
#include "commands.hpp"
#include "exit_status.hpp"

#include <cstdint>
#include <memory>

namespace parley::cli {

namespace {

struct events_config {
  client_config client;
  std::vector<std::string> types;
  std::int64_t count{0};
};

struct printed {
  std::int64_t events{0};
  bool broken{false};
};

io::task<int> until_stopped(program& on, std::shared_ptr<printed> so_far) {
  co_await on.wait_for_stop();
  co_return so_far->broken ? exit_system : exit_ok;
}

int run_events(const events_config& config) {
  auto options = chat_options(config.client);
  options.answers = true;  // gaps are filled from the history
  options.events = true;
  options.event_types = config.types;
  const auto so_far = std::make_shared<printed>();
  const auto setup = [&](program& on, chat::client& who) {
    who.on_event("", [&on, so_far, count = config.count](const chat::event& what) {
      if (count > 0 && so_far->events >= count) return;
      ++so_far->events;
      so_far->broken |= !print_line(chat::encode_event(what));
      if (so_far->broken || so_far->events == count) on.ask_to_stop();
    });
  };
  const auto work = [&](program& on, chat::client&) { return until_stopped(on, so_far); };
  return run_client(config.client, std::move(options), work, setup);
}

}  // namespace

void add_events(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<events_config>();
  auto* command = app.add_subcommand("events", "print events as they come");
  command->add_option("--type", config->types, "only these types, ',' between them")->delimiter(',');
  command->add_option("--count", config->count, "end after so many; 0 = at SIGTERM or Ctrl-C")->check(CLI::NonNegativeNumber)->capture_default_str();
  add_client_flags(*command, config->client);
  command->callback([&chosen, config] { chosen = [config] { return run_events(*config); }; });
}

}  // namespace parley::cli
