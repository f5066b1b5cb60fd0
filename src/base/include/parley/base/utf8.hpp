// Strict UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// The length of the well-formed sequence at the front of `in` (1 to 4), 0 if there is none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view in) noexcept;

[[nodiscard]] bool valid_utf8(std::string_view in) noexcept;

/// Takes the first code point off `text`; nothing (and nothing taken) when it is empty or does not begin with a well-formed one.
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& text) noexcept;

/// Appends the code point, which must not be a surrogate, as UTF-8.
void append_utf8(std::string& out, char32_t point);

}  // namespace parley
