// What an answer to a pull means: pure.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>

#include <cstdint>
#include <optional>

namespace parley::rocketmq::pull {

enum class verdict : std::uint8_t {
  messages,    ///< 0: take them, go on behind them
  nothing,     ///< 19, 20: nothing (that matched); go on at the offset that the answer names
  moved,       ///< 21: the offset is out of range; go on at the one that the answer names
  busy,        ///< 215: again in a moment
  refused,     ///< anything else: say so, look at the route, try again later
};
[[nodiscard]] verdict verdict_of(std::int32_t code) noexcept;

/// How long to wait before the next pull of a queue. One for each queue; one thread.
class pacing {
 public:
  /// After an answer: none, except when empty answers that do not move the offset come back soon, again and again, though the
  /// broker was asked to hold them.
  [[nodiscard]] milliseconds after_answer(verdict what, milliseconds took, bool advanced = false) noexcept;
  /// After a call that brought no answer; the dialer paces connections, so this only keeps a loop from spinning.
  [[nodiscard]] milliseconds after_failure() noexcept;

 private:
  std::uint32_t hasty_{0};
};

/// Tells a queue in trouble from one hiccup: says when to report, and when to report the end.
class trouble {
 public:
  /// True when this failure is to be reported: at once for refusals, after a second of failing otherwise; once.
  bool failed(steady_time now, bool refusal) noexcept;
  /// True when trouble was reported and is over.
  bool worked() noexcept;
  /// Something failed since it worked last.
  [[nodiscard]] bool failing() const noexcept { return since_.has_value(); }

 private:
  std::optional<steady_time> since_;
  bool reported_{false};
};

}  // namespace parley::rocketmq::pull
