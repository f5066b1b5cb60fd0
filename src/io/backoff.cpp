// Exponential back-off with full jitter.
#include <parley/io/backoff.hpp>

#include <algorithm>

namespace parley::io {

backoff::backoff(milliseconds first, milliseconds most) noexcept
    : first_(std::max(first, milliseconds(0))), most_(std::max(most, first_)), ceiling_(first_) {}

milliseconds backoff::next(random_source& random) noexcept {
  const auto bound = static_cast<std::uint64_t>(ceiling_.count()) + 1;
  const auto delay = milliseconds(static_cast<std::int64_t>(random.below(bound)));
  ceiling_ = ceiling_ > most_ / 2 ? most_ : std::max(ceiling_ * 2, milliseconds(std::min<std::int64_t>(1, most_.count())));
  return delay;
}

}  // namespace parley::io
