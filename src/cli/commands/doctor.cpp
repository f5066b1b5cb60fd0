// `parley doctor`: what is wrong between the chat and its RocketMQ, and what to type.
#include "commands.hpp"
#include "config.hpp"
#include "doctor/decide.hpp"
#include "doctor/looking.hpp"
#include "doctor/render.hpp"
#include "exit_status.hpp"
#include "program.hpp"

#include <parley/base/endpoint.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace parley::cli {

namespace {

constexpr double longest_timeout_seconds = 3600;
// Looks that need each other, one after the other: so each may take its part of the whole.
constexpr int looks_in_a_row = 6;
constexpr milliseconds least_patience{200};
constexpr milliseconds most_patience{3000};

struct doctor_config {
  bus_config bus{.group = "chat_server_group", .log = {.level = "error"}};
  double timeout_seconds{20};
  std::string server{};
  std::int64_t lag_limit{1000};
  bool json{false};
};

std::string check_server(const std::string& text) {
  const auto parsed = parse_endpoint(text);
  return parsed ? std::string{} : parsed.error().message;
}

doctor::setting setting_of(const doctor_config& config, const rocketmq::client_options& options) {
  doctor::setting out;
  if (auto servers = parse_endpoints(config.bus.name_servers)) out.name_servers = std::move(*servers);
  out.topics = chat::topic_names::from_prefix(config.bus.topic_prefix);
  out.base_group = config.bus.group;
  out.group = config.bus.group + "_consumer";
  if (auto map = parse_address_map(config.bus.access.address_map)) out.address_map = std::move(*map);
  out.tls = options.tls.enabled;
  out.tls_certificate = !options.tls.certificate_file.empty();
  out.tls_ca = options.tls.ca_file;
  out.access_key = options.acl.access_key;
  out.kubernetes_namespace = config.bus.pod_namespace;
  if (auto server = parse_endpoint(config.server)) out.server = std::move(*server);
  out.lag_limit = config.lag_limit;
  return out;
}

int tell(const doctor::facts& all, bool json) {
  const auto findings = doctor::decide(all);
  const auto text = json ? doctor::to_json(all.given, findings) + "\n" : doctor::to_text(all.given, findings);
  const bool read = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!read) return exit_system;
  return doctor::worst_of(findings) == doctor::severity::failure ? exit_business : exit_ok;
}

io::task<int> examine(program& on, io::task_gate& gate, const doctor_config& config) {
  const auto whole = to_milliseconds(config.timeout_seconds);
  auto options = bus_options(config.bus, on.log());
  doctor::facts all{.given = setting_of(config, options)};
  doctor::looking with{.bus = on.bus(),
                       .admin = rocketmq::admin(on.bus()),
                       .options = std::move(options),
                       .gate = gate,
                       .each = std::clamp(whole / looks_in_a_row, least_patience, most_patience),
                       .end = system_clock().steady_now() + whole};
  co_await doctor::look_at_everything(with, all);
  if (on.stop_asked()) co_return exit_system;
  co_return tell(all, config.json);
}

int run_doctor(const doctor_config& config) {
  program on(config.bus);
  io::task_gate gate(on.executor());
  on.on_stop([&gate] { gate.begin_stop(); });
  return on.run([&] { return examine(on, gate, config); });
}

}  // namespace

void add_doctor(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<doctor_config>();
  auto* command = app.add_subcommand("doctor", "see what is wrong between the chat and its RocketMQ, and what to type");
  command->add_option("--server", config->server, "the --ops address of a server, to ask whether it is ready")
      ->check(CLI::Validator(check_server, "HOST:PORT", "address"));
  command->add_option("--timeout", config->timeout_seconds, "seconds that all of it may take")
      ->check(CLI::Range(0.1, longest_timeout_seconds))
      ->capture_default_str();
  command->add_option("--lag-limit", config->lag_limit, "warn when more requests than this wait for a server")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_flag("--json", config->json, "one JSON object on one line");
  add_bus_flags(*command, config->bus);
  command->footer(
      "Sends nothing to the chat's topics, and creates nothing. Exit status: 0 all is well or only warnings, 2 usage, 3 failures "
      "were found,\n"
      "4 doctor itself could not work (a key's file cannot be read, it was interrupted).");
  command->callback([&chosen, config] { chosen = [config] { return run_doctor(*config); }; });
}

}  // namespace parley::cli
