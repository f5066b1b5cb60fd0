// The command line as plain data, read from its definition: completions and the manual page are written from it, so neither can be
// behind the program.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace parley::cli {

/// A flag, or a positional argument.
struct outlined_option {
  enum class completes : std::uint8_t { nothing, files, folders };

  std::vector<std::string> names{};  ///< as they are typed, "-h" before "--help"; of a positional its one name
  std::string description{};
  std::string variable{};             ///< the environment variable behind it; empty = none
  std::string standard{};             ///< its default value; empty = none
  std::string value{};                ///< what stands for its value, such as "FILE"; empty = it takes none
  std::vector<std::string> values{};  ///< the only ones there are; empty = any
  std::string range{};                ///< "1 - 200"; empty = any
  completes value_is{completes::nothing};
  bool repeated{false};
  bool required{false};
};

struct outlined_command {
  std::string path{};  ///< "parley bench chat"
  std::string name{};  ///< "chat"
  std::string description{};
  std::vector<outlined_option> options{};
  std::vector<outlined_option> positionals{};
  std::vector<outlined_command> commands{};  ///< those below it
};

/// Everything that help shows: hidden commands and flags are left out.
[[nodiscard]] outlined_command outline_of(const CLI::App& app);

/// The command and all below it, each before those below it.
[[nodiscard]] std::vector<const outlined_command*> with_all_below(const outlined_command& top);

}  // namespace parley::cli
