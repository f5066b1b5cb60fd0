// Findings as text for people and as JSON for programs.
#include "doctor/render.hpp"

#include "doctor/decide.hpp"
#include "doctor/phrases.hpp"
#include "terminal/harmless.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace parley::cli::doctor {
namespace {

namespace json = boost::json;

std::size_t count_of(std::span<const finding> all, severity how) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [how](const finding& one) { return one.how == how; }));
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string remedy_line(const remedy& one) {
  std::string out;
  std::string_view rest = one.text;
  while (true) {
    const auto end = rest.find('\n');
    out += fmt::format("      {:<12} {}\n", out.empty() ? name_of(one.with) : std::string_view{}, harmless(rest.substr(0, end)));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (!one.note.empty()) out += fmt::format("      {:<12} # {}\n", "", harmless(one.note));
  return out;
}

/// What was told a few lines above is not told again.
std::string remedy_lines(std::span<const finding> all, const finding& one) {
  if (one.remedies.empty()) return {};
  const auto first = std::find_if(all.begin(), all.end(), [&](const finding& other) { return other.remedies == one.remedies; });
  if (&*first != &one) return fmt::format("      as for {}\n", harmless(first->subject));
  std::string out;
  for (const auto& each : one.remedies) out += remedy_line(each);
  return out;
}

json::object to_object(const remedy& one) {
  json::object out{{"with", name_of(one.with)}, {"text", one.text}};
  if (!one.note.empty()) out.emplace("note", one.note);
  return out;
}

json::object to_object(const finding& one) {
  json::array remedies;
  for (const auto& each : one.remedies) remedies.emplace_back(to_object(each));
  return {{"severity", name_of(one.how)},   {"code", one.code}, {"subject", one.subject}, {"seen", one.seen}, {"why", one.why},
          {"remedies", std::move(remedies)}};
}

}  // namespace

std::string to_text(const setting& given, std::span<const finding> all) {
  auto out = fmt::format("parley doctor: {}, topics {} …, group {}\n", name_servers_of(given), given.topics.requests, given.group);
  for (const auto& one : all) {
    const bool bad = one.how == severity::failure || one.how == severity::warning;
    out += fmt::format("{:<8} {}: {}\n", name_of(one.how), harmless(one.subject), harmless(one.seen));
    if (bad) out += fmt::format("         [{}] {}\n", one.code, harmless(one.why));
    out += remedy_lines(all, one);
  }
  out += fmt::format("{}, {}, {} ok, {} skipped\n", counted(count_of(all, severity::failure), "failure"),
                     counted(count_of(all, severity::warning), "warning"), count_of(all, severity::ok),
                     count_of(all, severity::skipped));
  return out;
}

std::string to_json(const setting& given, std::span<const finding> all) {
  json::array findings;
  for (const auto& one : all) findings.emplace_back(to_object(one));
  const auto worst = worst_of(all);
  const json::object out{{"status", name_of(worst == severity::skipped ? severity::ok : worst)},
                         {"name_servers", name_servers_of(given)},
                         {"group", given.group},
                         {"failures", count_of(all, severity::failure)},
                         {"warnings", count_of(all, severity::warning)},
                         {"findings", std::move(findings)}};
  return json::serialize(out);
}

}  // namespace parley::cli::doctor
