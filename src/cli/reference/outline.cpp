// The command line as plain data. CLI11 keeps an option's checks as text only: "TEXT:{debug,info}", "INT:INT in [1 - 200]", "TEXT:FILE".
#include "outline.hpp"

#include <string_view>
#include <utility>

namespace parley::cli {
namespace {

constexpr std::string_view range_begins = " in [";

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (true) {
    const auto end = text.find(at);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

/// The type's name, and after it what each check calls itself; "HOST:PORT" is one of those.
std::pair<std::string, std::string> type_and_checks(const std::string& name) {
  const auto end = name.find(':');
  return {name.substr(0, end), end == std::string::npos ? std::string{} : name.substr(end + 1)};
}

void read_check(const std::string& check, outlined_option& into) {
  if (check.starts_with('{') && check.ends_with('}')) {
    into.values = split(std::string_view(check).substr(1, check.size() - 2), ',');
  } else if (const auto range = check.find(range_begins); range != std::string::npos && check.ends_with(']')) {
    const auto from = range + range_begins.size();
    into.range = check.substr(from, check.size() - from - 1);
  } else if (!check.empty() && check != "POSITIVE" && check != "NONNEGATIVE") {
    into.value = check;
  }
  if (check == "FILE") into.value_is = outlined_option::completes::files;
  if (check == "DIR") into.value_is = outlined_option::completes::folders;
}

outlined_option outline_of(const CLI::Option& option) {
  outlined_option out;
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  if (option.get_positional()) out.names = {option.get_name(true)};
  out.description = option.get_description();
  out.variable = option.get_envname();
  out.required = option.get_required();
  out.repeated = option.get_items_expected_max() > 1;
  if (option.get_items_expected_max() == 0) return out;
  out.standard = option.get_default_str();
  auto [type, check] = type_and_checks(option.get_type_name());
  out.value = std::move(type);
  read_check(check.empty() && out.value == "FILE" ? out.value : check, out);
  return out;
}

outlined_command outline_of(const CLI::App& app, const std::string& above) {
  outlined_command out{.path = above + app.get_name(), .name = app.get_name(), .description = app.get_description()};
  const auto shown = app.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
  for (const auto* option : shown) (option->get_positional() ? out.positionals : out.options).push_back(outline_of(*option));
  const auto below = app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
  for (const auto* one : below) out.commands.push_back(outline_of(*one, out.path + " "));
  return out;
}

void gather(const outlined_command& from, std::vector<const outlined_command*>& into) {
  into.push_back(&from);
  for (const auto& below : from.commands) gather(below, into);
}

}  // namespace

outlined_command outline_of(const CLI::App& app) { return outline_of(app, {}); }

std::vector<const outlined_command*> with_all_below(const outlined_command& top) {
  std::vector<const outlined_command*> out;
  gather(top, out);
  return out;
}

}  // namespace parley::cli
