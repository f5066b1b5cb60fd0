// From facts to findings: the parts in order, and the gravest.
#include "doctor/decide.hpp"

#include <algorithm>
#include <iterator>

namespace parley::cli::doctor {

std::string_view name_of(severity how) noexcept {
  switch (how) {
    case severity::ok: return "ok";
    case severity::skipped: return "skipped";
    case severity::warning: return "warning";
    case severity::failure: return "failure";
  }
  return "failure";
}

std::string_view name_of(tool where) noexcept {
  switch (where) {
    case tool::shell: return "shell";
    case tool::environment: return "environment";
    case tool::broker_conf: return "broker.conf";
    case tool::parley: return "parley";
    case tool::mqadmin: return "mqadmin";
    case tool::kubectl: return "kubectl";
  }
  return "shell";
}

std::vector<finding> decide(const facts& all) {
  std::vector<finding> out;
  for (const auto part : {findings_of_name_servers, findings_of_brokers, findings_of_topics, findings_of_probes,
                          findings_of_group, findings_of_server}) {
    auto found = part(all);
    std::move(found.begin(), found.end(), std::back_inserter(out));
  }
  if (all.out_of_time) {
    out.push_back({.how = severity::failure,
                   .code = "out-of-time",
                   .subject = "doctor",
                   .seen = "not everything was looked at in the time that --timeout gives",
                   .why = "what was skipped may be well or not"});
  }
  return out;
}

severity worst_of(std::span<const finding> all) noexcept {
  auto out = severity::ok;
  for (const auto& one : all) out = std::max(out, one.how);
  return out;
}

}  // namespace parley::cli::doctor
