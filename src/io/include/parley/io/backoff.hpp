// How long to wait before trying again: exponential with full jitter. Pure: no timer, no clock.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/random.hpp>

namespace parley::io {

/// Delays that are drawn evenly from 0 to a ceiling; the ceiling starts at `first`, doubles with each draw and stops at
/// `most`. Full jitter spreads the clients of a broker that came back over the whole period, so they do not arrive at once.
class backoff {
 public:
  /// Negative values count as zero; `most` below `first` counts as `first`.
  backoff(milliseconds first, milliseconds most) noexcept;

  /// The next delay.
  [[nodiscard]] milliseconds next(random_source& random) noexcept;
  /// After a success: the next ceiling is `first` again.
  void reset() noexcept { ceiling_ = first_; }
  /// The most that the next delay can be.
  [[nodiscard]] milliseconds ceiling() const noexcept { return ceiling_; }

 private:
  milliseconds first_;
  milliseconds most_;
  milliseconds ceiling_;
};

}  // namespace parley::io
