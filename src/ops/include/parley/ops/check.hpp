// Readiness as a decision over what was seen and when: no I/O, no clock of its own.
#pragma once

#include <parley/base/clock.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parley::ops {

/// What was seen, the last time somebody looked, of a thing that readiness depends on.
struct observation {
  std::string name;                      ///< short and fixed: it becomes a label
  std::optional<steady_time> seen_at{};  ///< none = nobody has looked yet, which is no good sign
  std::string error{};                   ///< empty = it was good
  milliseconds good_for{0};              ///< past this age it counts as failed, since the look itself seems to hang; 0 = for ever
};

struct check {
  std::string name;
  bool passes{false};
  std::optional<milliseconds> age{};  ///< of the look; none = there was none
  std::string error{};                ///< why it does not pass
};

struct readiness {
  bool ready{true};
  std::vector<check> checks{};  ///< in the order of the observations
};

/// Ready when every check passes.
[[nodiscard]] readiness judge(std::span<const observation> seen, steady_time now);

}  // namespace parley::ops
