// What a program logs, where to, and how its level is changed while it runs.
#include "logging.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

namespace parley::cli {

namespace {

std::string check_level(const std::string& text) {
  std::optional<log_level> ignored;
  return ops::parse_log_level(text, ignored) ? std::string{} : "must be debug, info, warn, error or off";
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.front() == text.back();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

ops::log_settings settings_of(const log_config& config, const std::string& pod, const std::string& pod_namespace) {
  ops::log_settings out{.file = config.stays ? STDOUT_FILENO : STDERR_FILENO, .pod = pod, .pod_namespace = pod_namespace};
  // Checked when the flags were read.
  [[maybe_unused]] const bool known = ops::parse_log_level(config.level, out.least);
  const bool json = config.format.empty() ? config.stays : config.format == "json";
  out.format = json ? ops::log_format::json : ops::log_format::text;
  return out;
}

}  // namespace

void add_log_flags(CLI::App& to, log_config& config) {
  // Described as a choice of these, so that a shell can complete them; other names are taken, too.
  const CLI::Validator level(check_level, "{debug,info,warn,error,off}", "level");
  to.add_option("--log-level", config.level, "debug, info, warn, error or off")->envname("LOG_LEVEL")->check(level)->capture_default_str();
  to.add_option("--log-level-file", config.level_file,
                "a file that holds the level, or a line LOG_LEVEL=...; read again at SIGHUP. Without one, SIGHUP turns debug on and off")
      ->envname("LOG_LEVEL_FILE")
      ->type_name("FILE");
  to.add_option("--log-format", config.format,
                "json or text, a record a line. A server and a client --service write JSON to standard output, all others text to standard error")
      ->envname("LOG_FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
}

result<std::optional<log_level>> read_level_file(const std::string& file) {
  constexpr std::string_view name = "LOG_LEVEL=";
  constexpr std::size_t longest_line = 4096;
  std::ifstream in(file);
  if (!in) return fail(errc::storage, fmt::format("{} cannot be read: {}", file, std::strerror(errno)));
  std::array<char, longest_line> buffer{};
  while (in.getline(buffer.data(), buffer.size())) {
    std::string_view line = trimmed(buffer.data());
    if (line.starts_with(name)) line = unquoted(line.substr(name.size()));
    std::optional<log_level> level;
    if (ops::parse_log_level(line, level)) return level;
  }
  return fail(errc::invalid_argument, fmt::format("{} names no level: debug, info, warn, error or off is wanted, or a line LOG_LEVEL=...", file));
}

program_log::program_log(const log_config& config, const std::string& pod, const std::string& pod_namespace)
    : file_(config.level_file),
      lines_(std::make_shared<ops::log_lines>(settings_of(config, pod, pod_namespace))),
      usual_(settings_of(config, pod, pod_namespace).least) {
  if (!file_.empty()) read_again();
}

void program_log::change_level() {
  if (!file_.empty()) return read_again();
  debugging_ = !debugging_;
  // Said at both ends: whichever of the two levels lets it through.
  say(debugging_ ? std::optional(log_level::debug) : usual_);
}

void program_log::read_again() {
  const auto level = read_level_file(file_);
  if (level) return say(*level);
  to().warn("the file that holds the log level is no good; the level stays", {{"error", level.error().message}});
}

void program_log::say(std::optional<log_level> level) {
  const auto word = level ? name_of(*level) : std::string_view("off");
  lines_->set_level(std::min(level.value_or(log_level::info), log_level::info));
  to().info("the log level is set", {{"log_level", word}});
  lines_->set_level(level);
}

}  // namespace parley::cli
