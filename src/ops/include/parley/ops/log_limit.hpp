// Which records of a flood are written: a broker that is down must not fill the disk with one sentence.
#pragma once

#include <parley/base/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::ops {

/// Counts records by their text: 20 at once, then one a second each. What is left out is counted and told by the next record of
/// that text that is written. Knows at most 256 texts; all further ones share one allowance. Not thread-safe.
class log_limit {
 public:
  /// How many of this text were left out before this one; nothing when this one is to be left out, too.
  [[nodiscard]] std::optional<std::uint64_t> admit(std::string_view text, steady_time now);

 private:
  struct allowance {
    double left;
    steady_time at;
    std::uint64_t left_out{0};
  };
  allowance& of(std::string_view text, steady_time now);

  std::unordered_map<std::string, allowance> texts_;
};

}  // namespace parley::ops
