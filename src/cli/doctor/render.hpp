// Findings as text for people and as JSON for programs.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/finding.hpp"

#include <span>
#include <string>

namespace parley::cli::doctor {

/// Several lines, the last a count; safe to show at a terminal.
[[nodiscard]] std::string to_text(const setting& given, std::span<const finding> all);
/// One line.
[[nodiscard]] std::string to_json(const setting& given, std::span<const finding> all);

}  // namespace parley::cli::doctor
