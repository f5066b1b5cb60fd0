// Moments as an administrator writes and reads them.
#pragma once

#include <parley/base/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::cli {

/// "now" (-1: where a queue ends), "earliest" (0), milliseconds since the epoch, or RFC 3339. A number so small that it must
/// have been meant as seconds is refused: it would stand for January 1970.
[[nodiscard]] result<std::int64_t> parse_moment(std::string_view text);
/// RFC 3339 in UTC; "-" for 0 and less, which mean that there is none.
[[nodiscard]] std::string show_moment(std::int64_t ms);

}  // namespace parley::cli
