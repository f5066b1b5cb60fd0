// CRC-32 with the reflected polynomial 0xEDB88320, from a table.
#include "checksum.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace parley::chat {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
    table.at(i) = value;
  }
  return table;
}

constexpr auto table = make_table();

std::uint32_t add(std::uint32_t state, std::string_view bytes) noexcept {
  for (const char byte : bytes) state = (state >> 8U) ^ table[(state ^ static_cast<unsigned char>(byte)) & 0xFFU];
  return state;
}

std::uint32_t add(std::uint32_t state, std::int64_t number) noexcept {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    const auto byte = static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> shift);
    state = (state >> 8U) ^ table[(state ^ byte) & 0xFFU];
  }
  return state;
}

}  // namespace

std::uint32_t checksum_of(const kept_message& message) noexcept {
  std::uint32_t state = 0xFFFFFFFFU;
  // A separator after each text: where one ends and the next begins is part of what is said.
  for (const std::string_view text : {std::string_view(message.message_id), std::string_view(message.room_id),
                                      std::string_view(message.user_id), std::string_view(message.text)}) {
    state = add(add(state, text), std::int64_t{0});
  }
  return add(add(state, message.timestamp_ms), message.seq) ^ 0xFFFFFFFFU;
}

}  // namespace parley::chat
