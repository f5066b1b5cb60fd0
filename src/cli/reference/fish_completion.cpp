// The completion script for fish: a rule for each subcommand and flag, which holds after the subcommands that it belongs to.
#include "completion.hpp"

#include <fmt/format.h>

#include <string_view>

namespace parley::cli {
namespace {

constexpr std::string_view head = R"sh(# fish completion for parley; `parley completion fish` prints it.

# True when the subcommands that are typed are just these.
function __parley_at
    set -l at
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case )sh";

constexpr std::string_view tail = R"sh(
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end

complete -c parley -f
)sh";

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// "parley bench chat" is " bench chat" here.
std::string below_top(const outlined_command& command) {
  const auto end = command.path.find(' ');
  return end == std::string::npos ? std::string{} : command.path.substr(end);
}

std::string condition(const outlined_command& command) {
  return fmt::format("complete -c parley -n {}", in_quotes(fmt::format("__parley_at {}", in_quotes(below_top(command)))));
}

std::string value_of(const outlined_option& option) {
  if (option.value.empty()) return {};
  if (option.value_is == outlined_option::completes::files) return " -r -F";
  if (option.value_is == outlined_option::completes::folders) return " -x -a '(__fish_complete_directories)'";
  return option.values.empty() ? std::string(" -x")
                               : fmt::format(" -x -a {}", in_quotes(fmt::format("{}", fmt::join(option.values, " "))));
}

std::string rule(const outlined_command& of, const outlined_option& option) {
  std::string names;
  for (const auto& name : option.names) names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  return fmt::format("{}{}{} -d {}\n", condition(of), names, value_of(option), in_quotes(option.description));
}

std::string rules(const outlined_command& of) {
  std::string out;
  for (const auto& below : of.commands) {
    out += fmt::format("{} -a {} -d {}\n", condition(of), below.name, in_quotes(below.description));
  }
  for (const auto& option : of.options) out += rule(of, option);
  for (const auto& positional : of.positionals) {
    const auto value = value_of(positional);
    if (value != " -x") out += fmt::format("{}{} -d {}\n", condition(of), value, in_quotes(positional.description));
  }
  return out;
}

}  // namespace

std::string fish_completion(const outlined_command& top) {
  std::string known, all;
  for (const auto* command : with_all_below(top)) {
    if (command != &top) known += (known.empty() ? "" : " ") + in_quotes(below_top(*command));
    all += rules(*command);
  }
  return fmt::format("{}{}{}{}", head, known, tail, all);
}

}  // namespace parley::cli
