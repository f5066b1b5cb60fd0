// What a program logs, where to, and how its level is changed while it runs.
#pragma once

#include <parley/base/error.hpp>
#include <parley/base/log.hpp>
#include <parley/ops/log_lines.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>

namespace parley::cli {

/// A program that stays writes its log to standard output, as JSON unless told otherwise; a command, whose output is its own, writes
/// to standard error, as text.
struct log_config {
  std::string level{"warn"};
  std::string level_file{};  ///< wins over the level while it can be read
  std::string format{};      ///< "json", "text", or empty = by `stays`
  bool stays{false};
};

void add_log_flags(CLI::App& to, log_config& config);
/// The first level that a file names: a word alone, or a line LOG_LEVEL=word as a file of environment variables has it.
[[nodiscard]] result<std::optional<log_level>> read_level_file(const std::string& file);

/// The log of this process. On one thread, but for what goes through to().
class program_log {
 public:
  program_log(const log_config& config, const std::string& pod, const std::string& pod_namespace);

  [[nodiscard]] logger to() const { return logger(lines_); }
  /// What SIGHUP asks for: the file is read again; without a file, debug is turned on, and off by the next call.
  void change_level();

 private:
  void read_again();
  void say(std::optional<log_level> level);

  std::string file_;
  std::shared_ptr<ops::log_lines> lines_;
  std::optional<log_level> usual_;
  bool debugging_{false};
};

}  // namespace parley::cli
