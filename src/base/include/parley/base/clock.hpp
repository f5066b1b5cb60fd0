// Time as a thing passed in, so that tests decide what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace parley {

using milliseconds = std::chrono::milliseconds;
using steady_time = std::chrono::steady_clock::time_point;

/// Where decisions get the time from. Implementations are safe to call from any thread.
class clock {
 public:
  clock() = default;
  clock(const clock&) = delete;
  clock& operator=(const clock&) = delete;
  virtual ~clock() = default;

  /// Monotonic: for deadlines and periods.
  [[nodiscard]] virtual steady_time steady_now() const noexcept = 0;
  /// Milliseconds since the epoch by the machine's wall clock: for what leaves the process (born timestamps, ids).
  [[nodiscard]] virtual std::int64_t wall_ms() const noexcept = 0;
};

/// The machine's clocks. Stateless: one constant object.
[[nodiscard]] const clock& system_clock() noexcept;

}  // namespace parley
