// The manual page: a section for each command with the flags that it alone has, and one for those that several share.
#include "man_page.hpp"

#include "man_prose.hpp"

#include <parley/base/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace parley::cli {
namespace {

/// A flag that so many commands have is told once.
constexpr std::size_t shared_from = 3;

/// Text that no macro and no escape of roff begins in.
std::string plain(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (!point) break;
    if (*point == U'\\') {
      out += "\\e";
    } else if (*point == U'\n') {
      out += ' ';
    } else if (*point == U'-') {
      out += "\\-";
    } else if (*point == U'\'') {
      out += "\\(aq";
    } else if (*point >= 0x80) {
      out += fmt::format("\\[u{:04X}]", static_cast<std::uint32_t>(*point));
    } else {
      out += static_cast<char>(*point);
    }
  }
  return out.starts_with('.') ? "\\&" + out : out;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", plain(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", plain(text)); }

/// "the room" becomes "The room.".
std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (text.back() != '.') text += '.';
  return text;
}

std::string positional(const outlined_option& option) {
  const auto named = italic(option.names.front()) + (option.repeated ? "\\&..." : "");
  return option.required ? named : fmt::format("[{}]", named);
}

std::string synopsis(const outlined_command& command) {
  auto out = fmt::format("{} [{}]\\&...", bold(command.path), italic("OPTION"));
  for (const auto& one : command.positionals) out += " " + positional(one);
  return out;
}

/// "--limit INT", with the values themselves where there is a choice of them.
std::string tag(const outlined_option& option) {
  std::string out;
  for (const auto& name : option.names) out += (out.empty() ? "" : ", ") + bold(name);
  if (!option.values.empty()) return fmt::format("{} {}", out, italic(fmt::format("{}", fmt::join(option.values, "|"))));
  return option.value.empty() ? out : fmt::format("{} {}", out, italic(option.value));
}

struct user_of_option {
  const outlined_command* command;
  const outlined_option* option;
};
/// The commands that have one and the same flag, though its default may differ.
using users = std::vector<user_of_option>;

/// " (default: A of parley server; B of the others)", or nothing where there is none.
std::string standard(const users& of) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_value;
  for (const auto& [command, option] : of) {
    if (option->standard.empty()) continue;
    const auto known = std::find_if(by_value.begin(), by_value.end(),
                                    [&](const auto& one) { return one.first == option->standard; });
    if (known == by_value.end()) {
      by_value.push_back({option->standard, {bold(command->path)}});
    } else {
      known->second.push_back(bold(command->path));
    }
  }
  if (by_value.empty()) return {};
  if (by_value.size() == 1) return fmt::format("Default: {}.\n", plain(by_value.front().first));
  std::sort(by_value.begin(), by_value.end(), [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  std::string out = "Default: ";
  for (const auto& [value, commands] : by_value) {
    const bool last = &value == &by_value.back().first;
    out += last ? fmt::format("{} of the others.\n", plain(value))
                : fmt::format("{} of {}; ", plain(value), fmt::join(commands, ", "));
  }
  return out;
}

std::string described(const users& of) {
  const auto& option = *of.front().option;
  auto out = fmt::format(".TP\n{}\n{}\n", tag(option), plain(sentence(option.description)));
  if (!option.range.empty()) out += fmt::format("Range: {}.\n", plain(option.range));
  out += standard(of);
  if (!option.variable.empty()) out += fmt::format("Variable: {}.\n", bold(option.variable));
  return out;
}

/// Every flag in the order of its first appearance, with the commands that have it.
class flag_table {
 public:
  explicit flag_table(const std::vector<const outlined_command*>& commands) {
    for (const auto* command : commands) {
      for (const auto& option : command->options) enter(*command, option);
    }
  }
  [[nodiscard]] const users& of(const outlined_option& option) const { return all_.at(index_.at(key(option))); }
  [[nodiscard]] bool shared(const outlined_option& option) const { return of(option).size() >= shared_from; }
  [[nodiscard]] const std::vector<users>& all() const noexcept { return all_; }

 private:
  static std::string key(const outlined_option& option) {
    return fmt::format("{}\n{}\n{}", fmt::join(option.names, " "), option.description, option.variable);
  }
  void enter(const outlined_command& command, const outlined_option& option) {
    const auto [known, fresh] = index_.emplace(key(option), all_.size());
    if (fresh) all_.emplace_back();
    all_[known->second].push_back({&command, &option});
  }

  std::map<std::string, std::size_t> index_;
  std::vector<users> all_;
};

std::string section(const outlined_command& command, const flag_table& flags) {
  auto out = fmt::format(".SS {}\n{}\n", plain(command.path), plain(sentence(command.description)));
  for (const auto& one : command.positionals) {
    out += fmt::format(".TP\n{}\n{}\n", positional(one), plain(sentence(one.description)));
    if (!one.values.empty()) out += fmt::format("One of {}.\n", plain(fmt::format("{}", fmt::join(one.values, ", "))));
  }
  std::string shared;
  for (const auto& option : command.options) {
    if (!flags.shared(option)) {
      out += described({{&command, &option}});
    } else if (option.names.back() != "--help") {
      shared += (shared.empty() ? "" : ", ") + bold(option.names.back());
    }
  }
  if (!shared.empty()) out += fmt::format(".PP\nBeside these, what OPTIONS below explains: {}.\n", shared);
  return out;
}

std::string environment(const flag_table& flags) {
  std::map<std::string, std::string> by_name;
  for (const auto& users_of_flag : flags.all()) {
    const auto& option = *users_of_flag.front().option;
    if (!option.variable.empty()) by_name.emplace(option.variable, bold(option.names.back()));
  }
  std::string out = ".SH ENVIRONMENT\nA flag wins over its variable.\n";
  for (const auto& [name, flag] : by_name) out += fmt::format(".TP\n{}\nStands for {}.\n", bold(name), flag);
  return out + std::string(man_secret_variables);
}

}  // namespace

std::string man_page(const outlined_command& top, std::string_view version) {
  std::vector<const outlined_command*> commands;
  for (const auto* one : with_all_below(top)) {
    if (one->commands.empty()) commands.push_back(one);
  }
  const flag_table flags(commands);
  auto out = fmt::format(
      ".\\\" Written by `parley man` from the command line itself.\n.TH PARLEY 1 \"\" \"parley {}\" \"User Commands\"\n.nh\n",
      plain(version));
  out += ".SH NAME\nparley \\- a chat service on Apache RocketMQ\n.SH SYNOPSIS\n.nf\n";
  for (const auto* one : commands) out += synopsis(*one) + "\n";
  out += ".fi\n";
  out += man_description;
  out += ".SH COMMANDS\n";
  for (const auto* one : commands) out += section(*one, flags);
  out += ".SH OPTIONS\nThese belong to several commands.\n";
  for (const auto& users_of_flag : flags.all()) {
    if (users_of_flag.size() >= shared_from) out += described(users_of_flag);
  }
  return out + environment(flags) + std::string(man_endings);
}

}  // namespace parley::cli
