// A host and a port as people write them: "broker-a:10911", "[::1]:9876".
#pragma once

#include <parley/base/error.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// A host name or address, not resolved, and a TCP port. IPv6 addresses are held without brackets.
struct endpoint {
  std::string host;
  std::uint16_t port{0};

  /// "host:port", with brackets around an IPv6 address.
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const endpoint&, const endpoint&) = default;
};

/// Splits at the last colon; an IPv6 address may stand with or without brackets, as brokers advertise both.
[[nodiscard]] result<endpoint> parse_endpoint(std::string_view text);
/// One or several endpoints with ';' or ',' between them, blanks ignored; at least one, at most 64.
[[nodiscard]] result<std::vector<endpoint>> parse_endpoints(std::string_view text);

}  // namespace parley
