// Other people's text, made safe to show on a terminal.
#include "terminal/harmless.hpp"

namespace parley::cli {

namespace {

constexpr char32_t replacement = 0xFFFD;

struct lead {
  std::size_t bytes;
  char32_t bits;
  char32_t least;  // below it the form is longer than needed
};

lead lead_of(unsigned char byte) noexcept {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xC2 && byte < 0xE0) return {2, static_cast<char32_t>(byte & 0x1FU), 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return {3, static_cast<char32_t>(byte & 0x0FU), 0x800};
  if (byte >= 0xF0 && byte < 0xF5) return {4, static_cast<char32_t>(byte & 0x07U), 0x10000};
  return {0, 0, 0};
}

/// The code point at `at`, and how many bytes it has; 0 bytes when there is none.
std::pair<char32_t, std::size_t> point_at(std::string_view text, std::size_t at) noexcept {
  const auto first = lead_of(static_cast<unsigned char>(text[at]));
  if (first.bytes == 0 || at + first.bytes > text.size()) return {replacement, 0};
  char32_t point = first.bits;
  for (std::size_t i = 1; i < first.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80) return {replacement, 0};
    point = (point << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = point >= 0xD800 && point < 0xE000;
  if (point < first.least || point > 0x10FFFF || surrogate) return {replacement, 0};
  return {point, first.bytes};
}

bool harmful(char32_t point) noexcept {
  if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return true;
  if (point == 0x061C || point == 0x200E || point == 0x200F || point == 0xFEFF) return true;
  return (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

void append(std::string& to, char32_t point) {
  const auto byte = [&](char32_t value) { to += static_cast<char>(static_cast<unsigned char>(value)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0U | (point >> 6U));
    byte(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    byte(0xE0U | (point >> 12U));
    byte(0x80U | ((point >> 6U) & 0x3FU));
    byte(0x80U | (point & 0x3FU));
  } else {
    byte(0xF0U | (point >> 18U));
    byte(0x80U | ((point >> 12U) & 0x3FU));
    byte(0x80U | ((point >> 6U) & 0x3FU));
    byte(0x80U | (point & 0x3FU));
  }
}

}  // namespace

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [point, bytes] = point_at(text, at);
    out.push_back(point);
    at += bytes == 0 ? 1 : bytes;
  }
  return out;
}

std::string to_utf8(const std::vector<char32_t>& points) {
  std::string out;
  for (const auto point : points) append(out, point);
  return out;
}

std::string harmless(std::string_view text) {
  std::string out;
  for (const auto point : code_points(text)) {
    if (point == U'\n' || point == U'\t' || point == U'\r') {
      out += ' ';
    } else {
      append(out, harmful(point) ? replacement : point);
    }
  }
  return out;
}

std::size_t columns_of(char32_t point) noexcept {
  if ((point >= 0x300 && point < 0x370) || point == 0x200B || point == 0x200D || (point >= 0xFE00 && point < 0xFE10)) return 0;
  const bool wide = (point >= 0x1100 && point < 0x1160) || (point >= 0x2E80 && point < 0xA4D0) || (point >= 0xAC00 && point < 0xD7A4) ||
                    (point >= 0xF900 && point < 0xFB00) || (point >= 0xFE30 && point < 0xFE70) || (point >= 0xFF00 && point < 0xFF61) ||
                    (point >= 0x1F300 && point < 0x1FB00) || (point >= 0x20000 && point < 0x40000);
  return wide ? 2 : 1;
}

}  // namespace parley::cli
