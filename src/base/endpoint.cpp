// Parsing of "host:port" lists.
#include <parley/base/endpoint.hpp>

#include <fmt/format.h>

#include <charconv>

namespace parley {
namespace {

constexpr std::size_t max_endpoints = 64;
constexpr std::size_t max_host = 253;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::string endpoint::to_string() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

result<endpoint> parse_endpoint(std::string_view text) {
  const auto trimmed = trim(text);
  const auto colon = trimmed.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(errc::invalid_argument, fmt::format("\"{}\" is no address: write host:port", trimmed));
  }
  auto host = trimmed.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto digits = trimmed.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failure != std::errc{} || end != digits.data() + digits.size() || port == 0) {
    return fail(errc::invalid_argument, fmt::format("\"{}\" has no port from 1 to 65535 after its last colon", trimmed));
  }
  if (host.size() > max_host || host.find_first_of(" \t/\\") != std::string_view::npos) {
    return fail(errc::invalid_argument, fmt::format("\"{}\" is no host name or address", host));
  }
  return endpoint{.host = std::string(host), .port = port};
}

result<std::vector<endpoint>> parse_endpoints(std::string_view text) {
  std::vector<endpoint> out;
  while (!text.empty()) {
    const auto cut = text.find_first_of(";,");
    const auto item = trim(text.substr(0, cut));
    text = cut == std::string_view::npos ? std::string_view{} : text.substr(cut + 1);
    if (item.empty()) continue;
    auto parsed = parse_endpoint(item);
    if (!parsed) return parsed.error();
    if (out.size() == max_endpoints) {
      return fail(errc::invalid_argument, fmt::format("more than {} addresses are given", max_endpoints));
    }
    out.push_back(std::move(*parsed));
  }
  if (out.empty()) return fail(errc::invalid_argument, "no address is given: write host:port, several with ';' between them");
  return out;
}

}  // namespace parley
