// The completion script for zsh: a function for each command, which tells _arguments its flags, arguments and subcommands.
#include "completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace parley::cli {
namespace {

constexpr std::string_view head = R"sh(#compdef parley
# zsh completion for parley; `parley completion zsh` prints it.
)sh";

// Loaded by its name from a folder of $fpath it runs at once; read by `source` it only says what it is for.
constexpr std::string_view tail = R"sh(
if [[ $funcstack[1] == _parley ]]; then
  _parley "$@"
else
  compdef _parley parley
fi
)sh";

/// Within single quotes, and with the marks of _arguments' and _describe's own language taken for text.
std::string escaped(std::string_view text, std::string_view marks) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '\\' || marks.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string function_of(const outlined_command& command) {
  std::string out = "_" + command.path;
  std::replace(out.begin(), out.end(), ' ', '_');
  return out;
}

/// ":MESSAGE:ACTION", as both a flag and an argument have it.
std::string value_of(const outlined_option& option, std::string_view message) {
  const auto named = escaped(message, ":[]");
  if (option.value_is == outlined_option::completes::files) return fmt::format(":{}:_files", named);
  if (option.value_is == outlined_option::completes::folders) return fmt::format(":{}:_files -/", named);
  return option.values.empty() ? fmt::format(":{}: ", named) : fmt::format(":{}:({})", named, fmt::join(option.values, " "));
}

std::string flag(const outlined_option& option) {
  const auto described = fmt::format("[{}]{}", escaped(option.description, "[]:"),
                                     option.value.empty() ? "" : value_of(option, option.value));
  const auto* const equals = option.value.empty() ? "" : "=";
  if (option.names.size() == 1) {
    return fmt::format(" \\\n    '{}{}{}{}'", option.repeated ? "*" : "", option.names.front(), equals, described);
  }
  return fmt::format(" \\\n    '({})'{{{}}}'{}'", fmt::join(option.names, " "), fmt::join(option.names, ","), described);
}

std::string arguments(const outlined_command& command) {
  std::string out = "  _arguments -C";
  for (const auto& option : command.options) out += flag(option);
  for (const auto& positional : command.positionals) {
    out += fmt::format(" \\\n    '{}{}'", positional.repeated ? "*" : "", value_of(positional, positional.names.front()));
  }
  if (!command.commands.empty())
    out += fmt::format(" \\\n    '1:command:{}_commands' '*::argument:->below'", function_of(command));
  return out + "\n";
}

std::string functions(const outlined_command& command) {
  const auto name = function_of(command);
  if (command.commands.empty()) return fmt::format("\n{}() {{\n{}}}\n", name, arguments(command));
  std::string list, cases;
  for (const auto& below : command.commands) {
    list += fmt::format("    '{}:{}'\n", below.name, escaped(below.description, ":"));
    cases += fmt::format("      {}) {} ;;\n", below.name, function_of(below));
  }
  return fmt::format(
      "\n{0}_commands() {{\n  local -a commands=(\n{1}  )\n  _describe -t commands command commands\n}}\n"
      "\n{0}() {{\n  local curcontext=$curcontext state line\n  typeset -A opt_args\n{2}"
      "  if [[ $state == below ]]; then\n    case $line[1] in\n{3}    esac\n  fi\n}}\n",
      name, list, arguments(command), cases);
}

}  // namespace

std::string zsh_completion(const outlined_command& top) {
  std::string out(head);
  for (const auto* command : with_all_below(top)) out += functions(*command);
  out += tail;
  return out;
}

}  // namespace parley::cli
