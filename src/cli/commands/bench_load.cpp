// `parley bench load`: messages at a rate or as fast as they are answered, by a server that runs already.
#include "bench/load.hpp"
#include "client_program.hpp"
#include "commands.hpp"
#include "exit_status.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <cstdio>
#include <memory>
#include <utility>

namespace parley::cli {

namespace {

constexpr std::size_t most_in_flight = 4096;  // what a client holds
constexpr double longest_seconds = 3600;

struct load_config {
  client_config client;
  load_plan plan;
  double seconds{10};
};

void report(const load_outcome& what) {
  const auto asked = what.ended.ok + what.ended.business + what.ended.system + what.ended.timed_out;
  const boost::json::object line{{"asked", asked},
                                 {"ok", what.ended.ok},
                                 {"business", what.ended.business},
                                 {"system", what.ended.system},
                                 {"timed_out", what.ended.timed_out},
                                 {"ms", std::llround(what.seconds * 1000)},
                                 {"per_second", std::llround(static_cast<double>(what.ended.ok) / what.seconds)},
                                 {"p50_us", std::llround(percentile(what.took_us, 0.5))},
                                 {"p99_us", std::llround(percentile(what.took_us, 0.99))},
                                 {"most_us", std::llround(percentile(what.took_us, 1))}};
  print_line(boost::json::serialize(line));
}

io::task<int> measure(program& on, chat::client& who, load_plan plan) {
  load messages(on.executor(), who, plan);
  const auto outcome = co_await messages.run([&on] { return on.stop_asked(); });
  if (!outcome) {
    std::fprintf(stderr, "parley bench: %s\n", outcome.error().message.c_str());
    co_return exit_system;
  }
  report(*outcome);
  if (outcome->ended.system + outcome->ended.timed_out > 0) co_return exit_system;
  co_return outcome->ended.business > 0 ? exit_business : exit_ok;
}

int run_load(load_config config) {
  config.plan.length = to_milliseconds(config.seconds);
  return run_client(config.client, chat_options(config.client),
                    [&](program& on, chat::client& who) { return measure(on, who, config.plan); });
}

}  // namespace

void add_bench_load(CLI::App& bench, chosen_command& chosen) {
  const auto config = std::make_shared<load_config>();
  auto* command = bench.add_subcommand(
      "load", "send messages to a server that runs already, several at once; prints one line of JSON, times in microseconds");
  command->add_option("--rate", config->plan.per_second, "messages a second; 0 = as fast as they are answered")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command->add_option("--seconds", config->seconds, "for how long")->check(CLI::Range(0.1, longest_seconds))->capture_default_str();
  command->add_option("--in-flight", config->plan.in_flight, "no more than these wait for their answers")
      ->check(CLI::Range(std::size_t{1}, most_in_flight))
      ->capture_default_str();
  command->add_option("--rooms", config->plan.rooms, "rooms that are written to in turn")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--bytes", config->plan.message_bytes, "of each message's text")->check(CLI::Range(1, 60'000))->capture_default_str();
  add_client_flags(*command, config->client);
  command->callback([&chosen, config] { chosen = [config] { return run_load(*config); }; });
}

}  // namespace parley::cli
