// What a broker tells of itself: its figures (28) and its configuration (26).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <functional>
#include <map>
#include <string>

namespace parley::remoting {

/// `{"table":{name:text}}`.
struct runtime_info {
  std::map<std::string, std::string, std::less<>> table{};
  friend bool operator==(const runtime_info&, const runtime_info&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<runtime_info> decode(byte_view in);
};

/// Lines of `name=value`, not JSON. A value may have a '=' in it; lines without one are left out.
struct broker_config {
  std::map<std::string, std::string, std::less<>> settings{};
  friend bool operator==(const broker_config&, const broker_config&) = default;

  /// `invalid_argument` for a name with '=' or that is empty, and for line ends.
  [[nodiscard]] result<bytes> encode() const;
  /// `malformed` for what is not UTF-8.
  static result<broker_config> decode(byte_view in);
};

}  // namespace parley::remoting
