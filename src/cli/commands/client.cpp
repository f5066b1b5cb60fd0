// `parley client`: the interactive chat, or with --service a client without a terminal.
#include "client_program.hpp"
#include "commands.hpp"
#include "exit_status.hpp"
#include "terminal/chat_terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace parley::cli {

namespace {

constexpr milliseconds for_ever{365 * 24 * 3600 * 1000LL};

struct client_command_config {
  client_config client;
  std::string room{"room_001"};
  bool service{false};
};

void log_event(const logger& log, std::string_view text, const chat::event& what) {
  const auto seq = std::to_string(what.seq);
  log.info(text, {{"trace_id", what.trace_id},
                  {"event_type", what.type},
                  {"user_id", what.user_id},
                  {"room_id", what.room_id},
                  {"message_id", what.message_id},
                  {"seq", seq},
                  {"reason", what.reason}});
}

/// The handlers of the service form, by type: a line each makes a new one.
void register_log_handlers(program& on, chat::client& who) {
  who.on_event("message_sent", [&on](const chat::event& what) { log_event(on.log(), "a message was sent", what); });
  who.on_event("user_join", [&on](const chat::event& what) { log_event(on.log(), "a user came", what); });
  who.on_event("user_leave", [&on](const chat::event& what) { log_event(on.log(), "a user left", what); });
  who.on_event("", [&on](const chat::event& what) { log_event(on.log(), "an event of another type", what); });
}

io::task<int> serve(program& on) {
  co_await on.wait_for_stop();
  co_return exit_ok;
}

int run_service(const client_command_config& config) {
  auto options = chat_options(config.client);
  options.events = true;
  options.presence = true;
  return run_client(config.client, std::move(options), for_ever, [](program& on, chat::client&) { return serve(on); }, register_log_handlers);
}

bool inherited(const char* variable, const std::string& value) {
  const char* const given = std::getenv(variable);
  return given != nullptr && value == given;
}

/// A terminal opened beside a service, as in its pod, inherits its variables: that address is the service's, and its log would be
/// written into the middle of a conversation. What a person has to know the terminal says itself.
void leave_to_the_service(client_command_config& config, bool level_asked_for) {
  auto& log = config.client.bus.log;
  if (inherited("CHAT_OPS", config.client.ops)) config.client.ops.clear();
  const bool person = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
  if (!person) return;
  if (!level_asked_for || inherited("LOG_LEVEL", log.level)) log.level = "error";
  if (inherited("LOG_LEVEL_FILE", log.level_file)) log.level_file.clear();
}

int run_terminal(const client_command_config& config) {
  auto options = chat_options(config.client);
  options.events = true;
  options.presence = true;
  std::unique_ptr<chat_terminal> terminal;
  const auto setup = [&](program& on, chat::client& who) {
    terminal = std::make_unique<chat_terminal>(on, who, config.room);
    terminal->watch_events();
  };
  const auto patience = options.deadline;
  return run_client(config.client, std::move(options), patience, [&](program&, chat::client&) { return terminal->live(); }, setup);
}

}  // namespace

void add_client(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<client_command_config>();
  auto* command = app.add_subcommand("client", "chat in the terminal, or in a pipe");
  command->add_option("--room", config->room, "the room to begin in")->envname("CHAT_ROOM")->capture_default_str();
  command->add_flag("--service", config->service, "no terminal: stay connected and log events until SIGTERM");
  add_ops_flag(*command, config->client.ops);
  add_client_flags(*command, config->client);
  command->callback([&chosen, config, command] {
    auto& log = config->client.bus.log;
    log.stays = config->service;
    // A service that logs events has to log them; the level that was asked for wins.
    const bool level_asked_for = command->get_option("--log-level")->count() > 0;
    if (config->service && !level_asked_for) log.level = "info";
    if (!config->service) leave_to_the_service(*config, level_asked_for);
    chosen = [config] { return config->service ? run_service(*config) : run_terminal(*config); };
  });
}

}  // namespace parley::cli
