// Findings about what the server says of itself at its operations endpoint.
#include "doctor/decide.hpp"
#include "doctor/phrases.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <optional>
#include <utility>

namespace parley::cli::doctor {
namespace {

constexpr int status_ok = 200;

std::string named(const setting& given) { return "server " + given.server->to_string(); }

struct check {
  std::string name;
  bool passes{false};
  std::string error;
};

std::string text_of(const boost::json::object& from, std::string_view name) {
  const auto* const value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

/// As src/ops writes its page; nothing for a page of another kind.
std::optional<std::vector<check>> checks_in(const std::string& body) {
  boost::system::error_code wrong;
  const auto page = boost::json::parse(body, wrong);
  if (wrong || !page.is_object()) return std::nullopt;
  const auto* const list = page.as_object().if_contains("checks");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<check> out;
  for (const auto& one : list->as_array()) {
    if (!one.is_object()) continue;
    const auto* const ok = one.as_object().if_contains("ok");
    out.push_back({.name = text_of(one.as_object(), "name"),
                   .passes = ok != nullptr && ok->is_bool() && ok->as_bool(),
                   .error = text_of(one.as_object(), "error")});
  }
  return out;
}

/// What each check of docs/operations.md is about.
const char* meaning_of(const std::string& name) {
  if (name == "not_draining") return "it is stopping, and will be gone soon";
  if (name == "event_loop") return "its main loop is stuck: see its log, and whether it has enough CPU";
  if (name == "broker")
    return "it cannot reach a broker of the topic that it writes to; the findings above say the same from here, unless it sees "
           "another network";
  if (name == "assignment") return "topics or group are not there yet, or no queues were given to it";
  if (name == "store") return "its database cannot be written: see the disk, its rights, and who else holds a lock";
  return "see docs/operations.md";
}

finding unreachable(const setting& given, const error& why) {
  finding out{.how = severity::failure,
              .code = "server-unreachable",
              .subject = named(given),
              .seen = why.message,
              .why = "nobody can see whether it is ready"};
  out.remedies.push_back(
      by_parley(given, fmt::format("server --group {} --ops {}", quoted(given.base_group), quoted(given.server->to_string())),
                "serves /ready there; without --ops it listens nowhere"));
  out.remedies.push_back({.with = tool::shell, .text = fmt::format("curl -sS http://{}/ready", given.server->to_string())});
  out.remedies.push_back(by_kubectl(given, fmt::format("port-forward deployment/rocketmq-server {}:8080", given.server->port),
                                    "then give --server 127.0.0.1 and that port"));
  return out;
}

void add_checks(std::vector<finding>& to, const setting& given, const std::vector<check>& checks) {
  for (const auto& one : checks) {
    if (one.passes) continue;
    finding out{.how = severity::failure,
                .code = "server-not-ready",
                .subject = named(given),
                .seen = fmt::format("its check {} fails: {}", one.name, one.error.empty() ? "it does not say why" : one.error),
                .why = meaning_of(one.name)};
    out.remedies.push_back(by_kubectl(given, "logs deployment/rocketmq-server --tail=50"));
    to.push_back(std::move(out));
  }
}

}  // namespace

std::vector<finding> findings_of_server(const facts& all) {
  std::vector<finding> out;
  if (!all.given.server) return out;
  if (!all.server) {
    out.push_back({.how = severity::skipped,
                   .code = "server",
                   .subject = named(all.given),
                   .seen = "skipped because the time that --timeout gives was over"});
    return out;
  }
  if (!*all.server) {
    out.push_back(unreachable(all.given, all.server->error()));
    return out;
  }
  const auto& reply = **all.server;
  const auto checks = checks_in(reply.body);
  if (!checks) {
    out.push_back({.how = severity::failure,
                   .code = "server-is-another",
                   .subject = named(all.given),
                   .seen = fmt::format("it answers with status {}, and not as an operations endpoint of Parley does", reply.status),
                   .why = "--server wants the address that the server was given as --ops"});
    return out;
  }
  add_checks(out, all.given, *checks);
  if (!out.empty()) return out;
  const bool ready = reply.status == status_ok;
  out.push_back({.how = ready ? severity::ok : severity::failure,
                 .code = ready ? "server" : "server-not-ready",
                 .subject = named(all.given),
                 .seen = fmt::format("{} ({} checks)", ready ? "ready" : "not ready", checks->size())});
  return out;
}

}  // namespace parley::cli::doctor
