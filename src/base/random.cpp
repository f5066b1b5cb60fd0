// xoshiro256** seeded through splitmix64 (Blackman and Vigna's public-domain construction).
#include <parley/base/random.hpp>

#include <bit>
#include <random>

namespace parley {

random_source::random_source(std::uint64_t seed) noexcept {
  for (auto& word : state_) {
    seed += 0x9E3779B97F4A7C15ULL;
    auto mixed = seed;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    word = mixed ^ (mixed >> 31U);
  }
}

random_source random_source::from_system() {
  std::random_device device;
  const auto high = static_cast<std::uint64_t>(device());
  return random_source((high << 32U) | device());
}

std::uint64_t random_source::next() noexcept {
  const auto out = std::rotl(state_[1] * 5, 7) * 9;
  const auto shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return out;
}

std::uint64_t random_source::below(std::uint64_t bound) noexcept {
  if (bound == 0) return 0;
  const auto limit = UINT64_MAX - UINT64_MAX % bound;
  auto value = next();
  while (value >= limit) value = next();
  return value % bound;
}

}  // namespace parley
