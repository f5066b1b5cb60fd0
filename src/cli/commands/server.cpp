// `parley server`: the chat server, until SIGTERM.
#include "commands.hpp"
#include "config.hpp"
#include "exit_status.hpp"
#include "operations/reports.hpp"
#include "program.hpp"

#include <parley/chat/server/server.hpp>
#include <parley/chat/service/service.hpp>
#include <parley/chat/store/store.hpp>

#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

namespace parley::cli {

namespace {

constexpr milliseconds drain_at_most{7500};

struct server_config {
  bus_config bus{.group = "chat_server_group", .log = {.level = "info", .stays = true}};
  std::string database{"chat.db"};
  std::string ops{};
};

/// For tests of crashes: see parley/chat/server/failpoint.hpp.
std::unique_ptr<chat::failpoints> failpoints_of_environment() {
  const char* spec = std::getenv("PARLEY_FAILPOINT");
  const char* marker = std::getenv("PARLEY_FAILPOINT_MARKER");
  if (spec == nullptr || *spec == '\0') return std::make_unique<chat::failpoints>();
  return std::make_unique<chat::failpoints>(spec, marker == nullptr ? "" : marker);
}

void log_totals(const logger& log, const chat::server_stats& stats) {
  const auto totals = fmt::format(
      "received {}, ok {}, business {}, system {}, duplicates {}, unanswerable {}, published {}, republished {}", stats.received,
      stats.ok, stats.business, stats.system, stats.duplicates, stats.unanswerable, stats.publishing.published, stats.republished);
  log.info("the server has stopped", {{"totals", totals}});
}

io::task<int> serve(program& on, chat::server& what) {
  const auto started = co_await what.start();
  if (started) {
    co_await on.wait_for_stop();
  } else if (!on.stop_asked()) {
    on.log().error("the server does not start", {{"error", started.error().message}});
  }
  const auto deadline = system_clock().steady_now() + drain_at_most;
  const auto stopped = co_await what.stop(deadline);
  if (!stopped)
    on.log().warn("not everything was finished in time; the outbox and the broker keep it", {{"error", stopped.error().message}});
  log_totals(on.log(), what.stats());
  co_return started || on.stop_asked() ? exit_ok : exit_system;
}

int run_server(const server_config& config) {
  program on(config.bus);
  const auto owner = fmt::format("{}#{}", ::getpid(), random_source::from_system().next());
  auto opened = chat::open_sqlite_store(config.database, owner);
  if (!opened) {
    std::fprintf(stderr, "parley server: %s\n", opened.error().message.c_str());
    return exit_system;
  }
  const auto points = failpoints_of_environment();
  if (points->armed()) on.log().warn("a failpoint is armed: this server will kill itself");
  chat::server_options options{.topics = chat::topic_names::from_prefix(config.bus.topic_prefix)};
  options.name_servers = config.bus.name_servers;
  options.group = config.bus.group;
  options.watch = !config.ops.empty();
  auto where = std::move(*opened);
  auto decides = std::make_unique<chat::service>(*where, chat::standard_actions(), system_clock(), random_source::from_system(),
                                                 options.claim_for);
  on.log().info("starting", {{"nameserver", config.bus.name_servers}, {"database", config.database}, {"group", config.bus.group}});
  chat::server what(on.bus(), on.executor(), std::move(where), std::move(decides), std::move(options), *points, on.log());
  // While it waits for a NameServer it has to hear of the stop, too; stop() itself follows in serve().
  on.on_stop([&what] { what.give_up_start(); });
  if (const auto served = on.serve_operations(config.ops, [&] { return report_of(what, on.bus()); }); !served) {
    std::fprintf(stderr, "parley server: %s\n", served.error().message.c_str());
    return exit_system;
  }
  return on.run([&] { return serve(on, what); });
}

}  // namespace

void add_server(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<server_config>();
  auto* command = app.add_subcommand("server", "run the chat server until SIGTERM or Ctrl-C");
  command->add_option("--db", config->database, "the SQLite file; several servers of one host may share it")
      ->envname("CHAT_DB")
      ->type_name("FILE")
      ->capture_default_str();
  add_ops_flag(*command, config->ops);
  add_bus_flags(*command, config->bus);
  command->callback([&chosen, config] { chosen = [config] { return run_server(*config); }; });
}

}  // namespace parley::cli
