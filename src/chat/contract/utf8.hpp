// Strict UTF-8 for text that does not come out of the JSON parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::chat {

/// Takes the first code point off `text`; nothing (and nothing taken) when the text is empty or starts with no well-formed
/// sequence: no overlong form, no surrogate, nothing past U+10FFFF.
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace parley::chat
