// Configuration in one place: the contract's environment variables, and the flags that override them.
#include "config.hpp"

#include <parley/base/endpoint.hpp>
#include <parley/base/random.hpp>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace parley::cli {

namespace {

constexpr double longest_timeout_seconds = 86'400;
constexpr std::size_t longest_prefix = 100;

std::string check_name_servers(const std::string& text) {
  const auto parsed = parse_endpoints(text);
  return parsed ? std::string{} : parsed.error().message;
}

/// A part of a topic's or group's name.
std::string check_name(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '%' || c == '|';
  };
  if (!text.empty() && text.size() <= longest_prefix && std::all_of(text.begin(), text.end(), fits)) return {};
  return "must be 1 to 100 of the characters a-z A-Z 0-9 _ - % |";
}

/// A numeric address to listen on: which of a name's addresses it would be is not for us to guess.
std::string check_listening(const std::string& text) {
  const auto parsed = parse_endpoint(text);
  if (!parsed) return parsed.error().message;
  boost::system::error_code no_number;
  boost::asio::ip::make_address(parsed->host, no_number);
  return no_number ? "\"" + parsed->host + "\" is no numeric address: write 127.0.0.1 or 0.0.0.0" : std::string{};
}

void add_name_servers(CLI::App& to, bus_config& config) {
  const CLI::Validator name_servers(check_name_servers, "ADDRESSES", "name servers");
  to.add_option("--nameserver", config.name_servers, "NameServers, ';' or ',' between several")
      ->envname("ROCKETMQ_NAMESERVER")
      ->check(name_servers)
      ->capture_default_str();
}

}  // namespace

void add_cluster_flags(CLI::App& to, bus_config& config) {
  add_name_servers(to, config);
  add_log_flags(to, config.log);
  add_access_flags(to, config.access);
}

void add_bus_flags(CLI::App& to, bus_config& config) {
  const CLI::Validator name(check_name, "NAME", "name");
  add_name_servers(to, config);
  to.add_option("--group", config.group, "base of the producer's and the consumer's group name")
      ->envname("ROCKETMQ_GROUP")
      ->check(name)
      ->capture_default_str();
  to.add_option("--topic-prefix", config.topic_prefix, "what the three topics' names begin with")
      ->envname("CHAT_TOPIC_PREFIX")
      ->check(name)
      ->capture_default_str();
  to.add_option("--pod-name", config.pod_name, "goes into log lines and the client's instance name")->envname("POD_NAME");
  to.add_option("--pod-namespace", config.pod_namespace, "likewise")->envname("POD_NAMESPACE");
  add_log_flags(to, config.log);
  add_access_flags(to, config.access);
}

void add_client_flags(CLI::App& to, client_config& config) {
  to.add_option("--user", config.user_id, "who speaks")->envname("USER_ID")->capture_default_str();
  to.add_option("--timeout", config.timeout_seconds, "seconds to wait for each answer, and for the connection")
      ->envname("PARLEY_TIMEOUT")
      ->check(CLI::Range(0.001, longest_timeout_seconds))
      ->capture_default_str();
  add_bus_flags(to, config.bus);
}

void add_ops_flag(CLI::App& to, std::string& where) {
  const CLI::Validator listening(check_listening, "HOST:PORT", "listening address");
  to.add_option("--ops", where, "serve /health, /ready and /metrics over HTTP here, such as 127.0.0.1:9464; off unless given")
      ->envname("CHAT_OPS")
      ->check(listening);
}

rocketmq::client_options bus_options(const bus_config& config, logger log) {
  rocketmq::client_options out;
  out.name_servers = config.name_servers;
  apply(config.access, out);
  if (!config.pod_name.empty() || !config.pod_namespace.empty()) {
    auto random = random_source::from_system();
    out.instance_name = fmt::format("{}.{}#{}#{:012x}", config.pod_namespace, config.pod_name, ::getpid(), random.next() >> 16U);
  }
  out.log = std::move(log);
  return out;
}

milliseconds to_milliseconds(double seconds) { return milliseconds{std::llround(seconds * 1000)}; }

}  // namespace parley::cli
