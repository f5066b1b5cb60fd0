// Timestamps as the contract writes them: RFC 3339, UTC, with milliseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::chat {

/// Milliseconds since the epoch as "2024-01-01T12:00:00.123Z". Times outside the years 0 to 9999 are written as the nearest of them.
[[nodiscard]] std::string format_timestamp(std::int64_t ms);
/// Reads RFC 3339 with any offset and any number of decimals (what is finer than a millisecond is cut off; a leap second is
/// read as the second before). Nothing when the text is no such time.
[[nodiscard]] std::optional<std::int64_t> parse_timestamp(std::string_view text);

}  // namespace parley::chat
