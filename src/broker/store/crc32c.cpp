// CRC-32C: eight bytes a step by the processor's instruction, or one a step by a table.
#include "store/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace parley::broker::store {

namespace {

constexpr std::uint32_t reflected_polynomial = 0x82f63b78U;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> out{};
  for (std::uint32_t byte = 0; byte < out.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? (value >> 1U) ^ reflected_polynomial : value >> 1U;
    out[byte] = value;
  }
  return out;
}
constexpr auto table = make_table();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t before, byte_view more) noexcept {
  std::uint64_t value = ~before;
  while (more.size() >= sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, more.data(), sizeof eight);
    value = _mm_crc32_u64(value, eight);
    more = more.subspan(sizeof eight);
  }
  auto rest = static_cast<std::uint32_t>(value);
  for (const auto byte : more) rest = _mm_crc32_u8(rest, byte);
  return ~rest;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::uint32_t before, byte_view more) noexcept {
  std::uint32_t value = ~before;
  for (const auto byte : more) value = table[(value ^ byte) & 0xffU] ^ (value >> 8U);
  return ~value;
}

std::uint32_t crc32c(std::uint32_t before, byte_view more) noexcept {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return by_instruction(before, more);
#endif
  return crc32c_by_table(before, more);
}

}  // namespace parley::broker::store
