// The completion script for bash: what may come is looked up by the subcommands before the word, and by the flag that waits for a value.
#include "completion.hpp"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::cli {
namespace {

constexpr std::string_view head = R"sh(# bash completion for parley; `parley completion bash` prints it.

# What may come after the subcommands: sets the caller's commands, flags, and those of the flags that take a value.
_parley_after() {
  commands= flags= valued=
  case $1 in
)sh";

constexpr std::string_view between = R"sh(  esac
}

# The values of a flag or, by its number, of an argument: sets the caller's values, and says where files are meant.
_parley_values() {
  values=
  case $1 in
)sh";

// bash hands "--flag=value" over as three words.
constexpr std::string_view tail = R"sh(  esac
}

_parley() {
  local at= flag= given=0 only_arguments= commands flags valued values word i
  local current=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  _parley_after "$at"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $flag ]]; then
      [[ $word == '=' ]] || flag=
    elif [[ -z $only_arguments && $word == -- ]]; then
      only_arguments=yes
    elif [[ -z $only_arguments && $word == -* ]]; then
      [[ " $valued " == *" $word "* ]] && flag=$word
    elif [[ " $commands " == *" $word "* ]]; then
      at="${at:+$at }$word"
      _parley_after "$at"
    else
      given=$((given + 1))
    fi
  done
  if [[ -n $flag ]]; then
    [[ $current == '=' ]] && current=
    _parley_values "$at $flag"
  elif [[ -z $only_arguments && $current == -* ]]; then
    values=$flags
  else
    _parley_values "$at $given"
    ((given > 0)) || values="$commands $values"
  fi
  mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
}

complete -F _parley parley
)sh";

/// "parley bench chat" is "bench chat" here: the program's own name is not looked at.
std::string below_top(const outlined_command& command) {
  const auto end = command.path.find(' ');
  return end == std::string::npos ? std::string{} : command.path.substr(end + 1);
}

void add(std::string& to, std::string_view word) {
  if (!to.empty()) to += ' ';
  to += word;
}

std::string after(const outlined_command& command) {
  std::string commands, flags, valued;
  for (const auto& below : command.commands) add(commands, below.name);
  for (const auto& option : command.options) {
    for (const auto& name : option.names) {
      add(flags, name);
      if (!option.value.empty()) add(valued, name);
    }
  }
  return fmt::format("    '{}') commands='{}' flags='{}' valued='{}' ;;\n", below_top(command), commands, flags, valued);
}

std::string lookup(const outlined_option& option) {
  if (option.value_is == outlined_option::completes::files) return "compopt -o default";
  if (option.value_is == outlined_option::completes::folders) return "compopt -o dirnames";
  return option.values.empty() ? std::string{} : fmt::format("values='{}'", fmt::join(option.values, " "));
}

/// What is done for a value, and for which flags and arguments: most are those of several commands.
class lookups {
 public:
  void add(const outlined_option& option, std::string key) {
    if (auto what = lookup(option); !what.empty()) keys_[std::move(what)].push_back(fmt::format("'{}'", key));
  }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& [what, keys] : keys_) out += fmt::format("    {}) {} ;;\n", fmt::join(keys, " | "), what);
    return out;
  }

 private:
  std::map<std::string, std::vector<std::string>> keys_;
};

void gather(const outlined_command& command, lookups& into) {
  const auto at = below_top(command);
  for (const auto& option : command.options) {
    for (const auto& name : option.names) into.add(option, fmt::format("{} {}", at, name));
  }
  for (std::size_t i = 0; i < command.positionals.size(); ++i) into.add(command.positionals[i], fmt::format("{} {}", at, i));
}

}  // namespace

std::string bash_completion(const outlined_command& top) {
  std::string out(head);
  lookups values;
  for (const auto* command : with_all_below(top)) {
    out += after(*command);
    gather(*command, values);
  }
  out += between;
  out += values.text();
  out += tail;
  return out;
}

}  // namespace parley::cli
