// Completion scripts for shells, written from the command line's outline. Each is self-contained and needs no package beside its shell.
#pragma once

#include "outline.hpp"

#include <string>

namespace parley::cli {

[[nodiscard]] std::string bash_completion(const outlined_command& top);
[[nodiscard]] std::string zsh_completion(const outlined_command& top);
[[nodiscard]] std::string fish_completion(const outlined_command& top);

}  // namespace parley::cli
