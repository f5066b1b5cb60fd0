// Asking before something is destroyed.
#pragma once

#include <optional>
#include <string_view>

namespace parley::cli {

/// Says at the terminal what will be gone and asks for its name. Nothing when that was typed, or with `yes`, which asks nothing; else
/// the exit status to end with: 3 when something else was typed, 2 when there is no terminal to ask at.
[[nodiscard]] std::optional<int> withheld(bool yes, std::string_view what_will_happen, std::string_view name);

}  // namespace parley::cli
