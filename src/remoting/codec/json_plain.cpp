// Eight bytes at a time: headers are short strings by the dozen, and looking at each byte cost more than the rest of them.
#include "json_plain.hpp"

#include <cstdint>
#include <cstring>

namespace parley::remoting {

std::size_t json_plain_prefix(std::string_view in) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t tops = 0x8080808080808080U;
  // The top bit of each byte that is zero, and of none before the first of them.
  const auto zeros = [](std::uint64_t word) { return (word - ones) & ~word & tops; };
  std::size_t at = 0;
  for (; in.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
    std::uint64_t word{};
    std::memcpy(&word, in.data() + at, sizeof word);
    const auto below_space = (word - ones * 0x20U) & ~word & tops;
    if (((word & tops) | below_space | zeros(word ^ (ones * '"')) | zeros(word ^ (ones * '\\'))) != 0) break;
  }
  const auto plain = [](char c) { return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\'; };
  while (at < in.size() && plain(in.data()[at])) ++at;
  return at;
}

}  // namespace parley::remoting
