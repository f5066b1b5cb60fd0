// A clock that stands still until a test moves it.
#pragma once

#include <parley/base/clock.hpp>

namespace parley::io::testing {

/// Starts at one hour past both epochs. One thread.
class manual_clock final : public clock {
 public:
  [[nodiscard]] steady_time steady_now() const noexcept override { return steady_; }
  [[nodiscard]] std::int64_t wall_ms() const noexcept override { return wall_ms_; }

  void advance(milliseconds by) noexcept {
    steady_ += by;
    wall_ms_ += by.count();
  }
  /// Wall clocks are set, steady ones never.
  void set_wall_ms(std::int64_t to) noexcept { wall_ms_ = to; }

 private:
  steady_time steady_{std::chrono::hours(1)};
  std::int64_t wall_ms_{3'600'000};
};

}  // namespace parley::io::testing
