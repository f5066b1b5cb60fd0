// Strict UTF-8 after table 3-7 of the Unicode standard.
#include <parley/base/utf8.hpp>

#include <cstdint>
#include <cstring>

namespace parley {
namespace {

bool within(char c, unsigned low, unsigned high) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= low && byte <= high;
}

// The second byte's range depends on the first: that is what keeps overlong forms and surrogates out.
struct shape {
  std::size_t length;
  unsigned second_low;
  unsigned second_high;
};

shape shape_of(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

std::size_t utf8_sequence(std::string_view in) noexcept {
  if (in.empty()) return 0;
  const auto lead = static_cast<unsigned char>(in[0]);
  if (lead < 0x80) return 1;
  const auto [length, low, high] = shape_of(lead);
  if (length == 0 || in.size() < length || !within(in[1], low, high)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!within(in[i], 0x80, 0xBF)) return 0;
  }
  return length;
}

bool valid_utf8(std::string_view in) noexcept {
  std::size_t at = 0;
  while (at < in.size()) {
    if (in.size() - at >= 8) {
      std::uint64_t word{};
      std::memcpy(&word, in.data() + at, 8);
      if ((word & 0x8080808080808080U) == 0) {
        at += 8;
        continue;
      }
    }
    const auto length = utf8_sequence(in.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::optional<char32_t> take_code_point(std::string_view& text) noexcept {
  const auto length = utf8_sequence(text);
  if (length == 0) return std::nullopt;
  const auto lead = static_cast<unsigned char>(text[0]);
  // A lead of two to four bytes begins with as many ones and a zero; the rest of it are the point's highest bits.
  char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return point;
}

void append_utf8(std::string& out, char32_t point) {
  const auto unit = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (point < 0x80) {
    unit(point);
  } else if (point < 0x800) {
    unit(0xC0U | (point >> 6U));
    unit(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    unit(0xE0U | (point >> 12U));
    unit(0x80U | ((point >> 6U) & 0x3FU));
    unit(0x80U | (point & 0x3FU));
  } else {
    unit(0xF0U | (point >> 18U));
    unit(0x80U | ((point >> 12U) & 0x3FU));
    unit(0x80U | ((point >> 6U) & 0x3FU));
    unit(0x80U | (point & 0x3FU));
  }
}

}  // namespace parley
