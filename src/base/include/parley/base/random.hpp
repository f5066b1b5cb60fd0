// Randomness as a thing passed in, so that a seed replays a run.
#pragma once

#include <array>
#include <cstdint>

namespace parley {

/// A small generator (xoshiro256**) for jitter, starting points and ids that need not be secret. Not thread-safe: one owner.
class random_source {
 public:
  /// The same seed gives the same numbers for ever.
  explicit random_source(std::uint64_t seed) noexcept;
  /// Seeded by the operating system.
  [[nodiscard]] static random_source from_system();

  [[nodiscard]] std::uint64_t next() noexcept;
  /// Evenly from 0 up to, not including, `bound`; 0 when bound is 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace parley
