// Which text stands in a JSON string as it is.
#pragma once

#include <cstddef>
#include <string_view>

namespace parley::remoting {

/// How many bytes at the front are ASCII that needs no escape: neither controls nor quotes nor backslashes.
[[nodiscard]] std::size_t json_plain_prefix(std::string_view in) noexcept;

}  // namespace parley::remoting
