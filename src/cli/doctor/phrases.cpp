// Remedies with real names in them: what they have in common.
#include "doctor/phrases.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace parley::cli::doctor {
namespace {

// As docs/kubernetes.md and the manifests of k8s name them.
constexpr std::string_view usual_namespace = "chat";
constexpr std::string_view deployments = "deployment/rocketmq-server deployment/rocketmq-client";

bool harmless_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:=,@+").find(c) != std::string_view::npos;
}

}  // namespace

std::string quoted(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), harmless_in_shell)) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string name_servers_of(const setting& given) {
  std::string out;
  for (const auto& one : given.name_servers) out += (out.empty() ? "" : ";") + one.to_string();
  return out;
}

std::string listed(const std::vector<std::string>& words, std::size_t at_most) {
  std::string out;
  const auto shown = std::min(words.size(), at_most);
  for (std::size_t at = 0; at < shown; ++at) {
    const bool last = at + 1 == words.size();
    out += (at == 0 ? "" : last ? " and " : ", ") + words[at];
  }
  if (words.size() > shown) out += fmt::format(" and {} more", words.size() - shown);
  return out;
}

remedy by_mqadmin(const setting& given, std::string_view command, std::string_view rest, std::string note) {
  return {.with = tool::mqadmin,
          .text = fmt::format("mqadmin {} -n {}{}{}", command, quoted(name_servers_of(given)), rest.empty() ? "" : " ", rest),
          .note = std::move(note)};
}

remedy by_parley(const setting& given, std::string_view rest, std::string note) {
  return {.with = tool::parley,
          .text = fmt::format("parley {} --nameserver {}", rest, quoted(name_servers_of(given))),
          .note = std::move(note)};
}

remedy by_kubectl(const setting& given, std::string_view rest, std::string note) {
  const std::string_view where = given.kubernetes_namespace.empty() ? usual_namespace : std::string_view(given.kubernetes_namespace);
  return {.with = tool::kubectl, .text = fmt::format("kubectl -n {} {}", where, rest), .note = std::move(note)};
}

void add_variable(std::vector<remedy>& to, const setting& given, std::string_view name, std::string_view value,
                  const std::string& note) {
  to.push_back({.with = tool::environment, .text = fmt::format("export {}={}", name, quoted(value)), .note = note});
  to.push_back(by_kubectl(given, fmt::format("set env {} {}", deployments, quoted(fmt::format("{}={}", name, value)))));
}

void add_configured(std::vector<remedy>& to, const setting& given, std::string_view name, std::string_view value,
                    const std::string& note) {
  to.push_back({.with = tool::environment, .text = fmt::format("export {}={}", name, quoted(value)), .note = note});
  const boost::json::object data{{std::string(name), std::string(value)}};
  const auto patch = boost::json::serialize(boost::json::object{{"data", data}});
  to.push_back(by_kubectl(given, fmt::format("patch configmap rocketmq-chat --type merge -p {}", quoted(patch))));
  to.push_back(by_kubectl(given, fmt::format("rollout restart {}", deployments)));
}

}  // namespace parley::cli::doctor
