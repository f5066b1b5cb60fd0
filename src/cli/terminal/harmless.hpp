// Other people's text, made safe to show on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cli {

/// The code points of a text; a byte that is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::vector<char32_t> code_points(std::string_view text);
[[nodiscard]] std::string to_utf8(const std::vector<char32_t>& points);

/// One line without control characters, escape sequences and invisible direction marks: each becomes U+FFFD, tabs and line
/// ends a blank. So nobody's message moves a cursor, renames a window or turns text round.
[[nodiscard]] std::string harmless(std::string_view text);

/// How many columns a terminal gives a code point: 0, 1 or 2. A close guess without a table.
[[nodiscard]] std::size_t columns_of(char32_t point) noexcept;

}  // namespace parley::cli
