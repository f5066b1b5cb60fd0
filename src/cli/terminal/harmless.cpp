// Other people's text, made safe to show on a terminal.
#include "terminal/harmless.hpp"

#include <parley/base/utf8.hpp>

namespace parley::cli {

namespace {

constexpr char32_t replacement = 0xFFFD;

bool harmful(char32_t point) noexcept {
  if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return true;
  if (point == 0x061C || point == 0x200E || point == 0x200F || point == 0xFEFF) return true;
  return (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (!point) text.remove_prefix(1);
    out.push_back(point.value_or(replacement));
  }
  return out;
}

std::string to_utf8(const std::vector<char32_t>& points) {
  std::string out;
  for (const auto point : points) append_utf8(out, point);
  return out;
}

std::string harmless(std::string_view text) {
  std::string out;
  for (const auto point : code_points(text)) {
    if (point == U'\n' || point == U'\t' || point == U'\r') {
      out += ' ';
    } else {
      append_utf8(out, harmful(point) ? replacement : point);
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
