// How the cluster is reached where it is guarded or hidden: credentials, TLS, and addresses other than those it advertises.
#include "access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace parley::cli {
namespace {

constexpr std::size_t addresses_at_most = 64;
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(trimmed(value));
}

std::string key_of(const char* name, const std::string& file) {
  auto given = variable(name);
  if (!given.empty() || file.empty()) return given;
  auto read = read_key(file);
  return read ? std::move(*read) : std::string{};
}

std::string check_key_file(const std::string& file) {
  const auto read = read_key(file);
  return read ? std::string{} : read.error().message;
}

std::string check_address_map(const std::string& text) {
  const auto parsed = parse_address_map(text);
  return parsed ? std::string{} : parsed.error().message;
}

}  // namespace

result<std::map<endpoint, endpoint>> parse_address_map(std::string_view text) {
  std::map<endpoint, endpoint> out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(",;"), text.size());
    const auto pair = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const auto middle = pair.find('=');
    if (middle == std::string_view::npos) {
      return fail(errc::invalid_argument, fmt::format("\"{}\" maps no address: write ADVERTISED=REACHABLE, each HOST:PORT", pair));
    }
    auto from = parse_endpoint(trimmed(pair.substr(0, middle)));
    if (!from) return std::move(from).error();
    auto to = parse_endpoint(trimmed(pair.substr(middle + 1)));
    if (!to) return std::move(to).error();
    if (!out.emplace(*from, *to).second) return fail(errc::invalid_argument, fmt::format("{} is mapped twice", from->to_string()));
    if (out.size() > addresses_at_most) return fail(errc::invalid_argument, fmt::format("more than {} addresses are mapped", addresses_at_most));
  }
  return out;
}

result<std::string> read_key(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) return fail(errc::invalid_argument, fmt::format("the key file {} cannot be read", file));
  const auto key = trimmed(line);
  if (key.empty()) return fail(errc::invalid_argument, fmt::format("the first line of the key file {} is empty", file));
  return std::string(key);
}

void add_access_flags(CLI::App& to, access_config& config) {
  const CLI::Validator key_file(check_key_file, "FILE", "key file");
  const CLI::Validator addresses(check_address_map, "MAP", "address map");
  to.add_option("--access-key-file", config.access_key_file, "the cluster's ACL: who we are; or the key itself in ROCKETMQ_ACCESS_KEY")
      ->envname("ROCKETMQ_ACCESS_KEY_FILE")
      ->check(key_file);
  to.add_option("--secret-key-file", config.secret_key_file, "its secret; or the secret itself in ROCKETMQ_SECRET_KEY")
      ->envname("ROCKETMQ_SECRET_KEY_FILE")
      ->check(key_file);
  to.add_option("--address-map", config.address_map, "ADVERTISED=REACHABLE,… for brokers whose advertised address is not reachable from here")
      ->envname("ROCKETMQ_ADDRESS_MAP")
      ->check(addresses);
  to.add_flag("--tls", config.tls.enabled, "speak TLS with NameServers and brokers")->envname("ROCKETMQ_TLS");
  to.add_option("--tls-ca", config.tls.ca_file, "PEM file of the authority that signed their certificates (default: the system's)")
      ->envname("ROCKETMQ_TLS_CA")
      ->check(CLI::ExistingFile);
  to.add_option("--tls-certificate", config.tls.certificate_file, "PEM file of our own certificate, for brokers that ask for one")
      ->envname("ROCKETMQ_TLS_CERTIFICATE")
      ->check(CLI::ExistingFile);
  to.add_option("--tls-key", config.tls.key_file, "PEM file of its key")->envname("ROCKETMQ_TLS_KEY")->check(CLI::ExistingFile);
  to.add_flag("!--tls-insecure", config.tls.verify, "trust whatever certificate is shown, for trials only")->envname("ROCKETMQ_TLS_INSECURE");
}

void apply(const access_config& config, rocketmq::client_options& to) {
  to.acl.access_key = key_of("ROCKETMQ_ACCESS_KEY", config.access_key_file);
  to.acl.secret_key = key_of("ROCKETMQ_SECRET_KEY", config.secret_key_file);
  to.acl.security_token = variable("ROCKETMQ_SECURITY_TOKEN");
  to.tls = config.tls;
  auto map = parse_address_map(config.address_map);
  if (!map || map->empty()) return;
  to.address_map = [known = std::move(*map)](const endpoint& advertised) {
    const auto found = known.find(advertised);
    return found == known.end() ? advertised : found->second;
  };
}

}  // namespace parley::cli
