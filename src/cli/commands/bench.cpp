// `parley bench chat`: a request's time, processor time and memory, beside what the broker and the disk alone cost.
#include "bench/child_server.hpp"
#include "bench/measure.hpp"
#include "bench/ping_pong.hpp"
#include "client_program.hpp"
#include "commands.hpp"
#include "exit_status.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace parley::cli {

namespace {

constexpr int blocks = 10;
constexpr int flushes = 200;
constexpr int server_tries = 6;
constexpr milliseconds ping_patience{10'000};

struct bench_config {
  client_config client;
  int requests{1000};
  int warm_up{500};
  int server_pid{0};
  bool events{true};
  std::string folder{"."};
};

/// What is gathered in the course of a run.
struct measured {
  samples chat, ping_pong;
  double client_cpu_us{0};
  double server_cpu_us{0};
};

io::task<result<double>> ask_once(program& on, chat::client& who) {
  if (on.stop_asked()) co_return fail(errc::stopped, "stopped by a signal");
  boost::json::object data;
  data.emplace("message", "The quick brown fox jumps over the lazy dog.");
  data.emplace("room_id", "bench");
  const auto begun = system_clock().steady_now();
  const auto answer = co_await who.request("send_message", std::move(data));
  if (!answer) co_return answer.error();
  if (!answer->success) co_return fail(errc::refused, answer->failure ? answer->failure->message : "the request was refused");
  co_return std::chrono::duration<double, std::micro>(system_clock().steady_now() - begun).count();
}

io::task<result<void>> wait_for_server(program& on, chat::client& who) {
  result<void> out{};
  for (int i = 0; i < server_tries; ++i) {
    const auto answered = co_await ask_once(on, who);
    if (answered) co_return result<void>{};
    out = answered.error();
  }
  co_return out;
}

/// Chat and ping-pong by turns, so that both meet the broker in the same state.
io::task<result<void>> run_blocks(program& on, chat::client& who, ping_pong& beside, pid_t server, int requests, measured& into) {
  for (int block = 0; block < blocks; ++block) {
    const auto client_before = cpu_us_of(::getpid());
    const auto server_before = cpu_us_of(server);
    const int until = requests * (block + 1) / blocks;
    while (static_cast<int>(into.chat.size()) < until) {
      const auto took = co_await ask_once(on, who);
      if (!took) co_return took.error();
      into.chat.push_back(*took);
    }
    into.client_cpu_us += cpu_us_of(::getpid()) - client_before;
    into.server_cpu_us += cpu_us_of(server) - server_before;
    while (static_cast<int>(into.ping_pong.size()) < until && !on.stop_asked()) {
      const auto took = co_await beside.once(ping_patience);
      if (!took) co_return took.error();
      into.ping_pong.push_back(*took);
    }
  }
  co_return result<void>{};
}

std::int64_t rounded(double value) { return std::llround(value); }

void report(const measured& what, const samples& flush, pid_t server) {
  const auto count = static_cast<double>(what.chat.size());
  const auto chat_p50 = percentile(what.chat, 0.5);
  const auto ping_p50 = percentile(what.ping_pong, 0.5);
  const auto flush_p50 = percentile(flush, 0.5);
  const boost::json::object line{{"requests", what.chat.size()},
                                 {"p50_us", rounded(chat_p50)},
                                 {"p99_us", rounded(percentile(what.chat, 0.99))},
                                 {"ping_pong_p50_us", rounded(ping_p50)},
                                 {"ping_pong_p99_us", rounded(percentile(what.ping_pong, 0.99))},
                                 {"fdatasync_p50_us", rounded(flush_p50)},
                                 {"over_floor_p50_us", rounded(chat_p50 - ping_p50 - flush_p50)},
                                 {"client_cpu_us_per_request", rounded(what.client_cpu_us / count)},
                                 {"server_cpu_us_per_request", rounded(what.server_cpu_us / count)},
                                 {"client_rss_kib", rss_kib_of(::getpid())},
                                 {"server_rss_kib", rss_kib_of(server)}};
  print_line(boost::json::serialize(line));
}

io::task<int> measure(program& on, chat::client& who, bench_config config, pid_t server) {
  ping_pong beside(on.bus(), on.executor(), config.client.bus.topic_prefix, config.client.bus.group + "_consumer");
  const auto deadline = system_clock().steady_now() + to_milliseconds(config.client.timeout_seconds);
  auto done = co_await beside.start(deadline);
  if (done) done = co_await wait_for_server(on, who);
  measured warm_up;
  if (done) done = co_await run_blocks(on, who, beside, server, config.warm_up, warm_up);
  measured counted;
  if (done) done = co_await run_blocks(on, who, beside, server, config.requests, counted);
  const auto flush = time_fdatasync(config.folder, flushes);
  if (!done || !flush) {
    std::fprintf(stderr, "parley bench: %s\n", (done ? flush.error() : done.error()).message.c_str());
    co_return exit_system;
  }
  report(counted, *flush, server);
  co_return exit_ok;
}

int run_bench(bench_config config) {
  std::unique_ptr<child_server> child;
  pid_t server = config.server_pid;
  if (server == 0) {
    // Topics and group of its own: no other server may answer.
    config.client.bus.topic_prefix += "-bench";
    auto server_bus = config.client.bus;
    server_bus.group = "parley_bench_server";
    auto started = child_server::start(server_bus, config.folder);
    if (!started) {
      std::fprintf(stderr, "parley bench: %s\n", started.error().message.c_str());
      return exit_system;
    }
    child = std::move(*started);
    server = child->pid();
  }
  auto options = chat_options(config.client);
  options.events = config.events;
  return run_client(config.client, std::move(options),
                    [&](program& on, chat::client& who) {
                      if (child) on.on_abrupt_end([server] { ::kill(server, SIGKILL); });
                      return measure(on, who, config, server);
                    });
}

}  // namespace

void add_bench(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<bench_config>();
  auto* bench = app.add_subcommand("bench", "measure");
  bench->require_subcommand(1);
  auto* command = bench->add_subcommand("chat", "send messages one after the other; prints one line of JSON, times in microseconds");
  command->add_option("--requests", config->requests, "how many are counted")->check(CLI::Range(blocks, 10'000'000))->capture_default_str();
  command->add_option("--warm-up", config->warm_up, "how many go before")->check(CLI::Range(0, 10'000'000))->capture_default_str();
  command->add_option("--server-pid", config->server_pid, "measure this server of the same topics; without it one is started for the run")
      ->check(CLI::PositiveNumber);
  command->add_option("--folder", config->folder, "where the started server's database and the flushed file live")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  command->add_flag("!--no-events", config->events, "the client does not read events");
  add_client_flags(*command, config->client);
  command->callback([&chosen, config] { chosen = [config] { return run_bench(*config); }; });
  add_bench_load(*bench, chosen);
}

}  // namespace parley::cli
