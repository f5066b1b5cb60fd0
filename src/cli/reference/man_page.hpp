// The manual page, parley(1), written from the command line's outline.
#pragma once

#include "outline.hpp"

#include <string>
#include <string_view>

namespace parley::cli {

/// In the macros of man(7), as groff and mandoc read them; ASCII only.
[[nodiscard]] std::string man_page(const outlined_command& top, std::string_view version);

}  // namespace parley::cli
