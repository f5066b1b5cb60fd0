// Findings about NameServers: names, answers, and what they know of brokers.
#include "doctor/decide.hpp"
#include "doctor/phrases.hpp"
#include "doctor/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace parley::cli::doctor {
namespace {

constexpr const char* why_needed = "server and clients learn from it where the brokers are";
constexpr std::uint16_t usual_port = 9876;

bool useful(const name_server_facts& one) { return one.view && !one.view->brokers.empty(); }

std::string named(const endpoint& address) { return "NameServer " + address.to_string(); }

void add_other_address(finding& to, const facts& all, const endpoint& wrong) {
  add_configured(to.remedies, all.given, "ROCKETMQ_NAMESERVER", fmt::format("<HOST>:{}", wrong.port),
                 "the address where it does run");
}

finding unresolved(const name_server_facts& one, const facts& all) {
  finding out{.code = "name-not-resolved", .subject = named(one.address), .seen = one.view.error().message, .why = why_needed};
  out.remedies.push_back({.with = tool::shell,
                          .text = fmt::format("getent hosts {}", quoted(one.address.host)),
                          .note = "prints nothing while the name is unknown"});
  add_other_address(out, all, one.address);
  out.remedies.push_back(
      by_kubectl(all.given, "get services", "the name has to be one of these, or SERVICE.NAMESPACE of another namespace"));
  return out;
}

finding unreachable(const name_server_facts& one, const facts& all) {
  const auto& why = one.view.error();
  finding out{.code = "name-server-unreachable", .subject = named(one.address), .seen = why.message, .why = why_needed};
  if (why.fault == link_fault::nobody_listens) {
    out.seen = fmt::format("the host refuses port {}: no NameServer listens there", one.address.port);
    out.remedies.push_back({.with = tool::shell,
                            .text = "sh bin/mqnamesrv",
                            .note = "on that host, where RocketMQ is installed; its log says \"The Name Server boot success\""});
  } else if (why.fault == link_fault::no_answer) {
    out.seen = "nothing comes back: the host is down, or a firewall or network policy swallows the packets";
    out.remedies.push_back(
        {.with = tool::shell, .text = fmt::format("nc -vz {} {}", quoted(one.address.host), one.address.port), .note = "from here"});
    out.remedies.push_back(
        by_kubectl(all.given, "describe networkpolicy", fmt::format("it has to let port {} out", one.address.port)));
  }
  add_other_address(out, all, one.address);
  return out;
}

finding no_name_server(const name_server_facts& one, const facts& all) {
  finding out{.code = "not-a-name-server", .subject = named(one.address), .seen = one.view.error().message, .why = why_needed};
  out.seen += "; a broker's port is easily taken for a NameServer's";
  add_configured(out.remedies, all.given, "ROCKETMQ_NAMESERVER",
                 endpoint{.host = one.address.host, .port = usual_port}.to_string(), "9876 is the usual port of NameServers");
  return out;
}

finding without_brokers(const name_server_facts& one, const facts& all) {
  finding out{.how = severity::failure,
              .code = "no-brokers",
              .subject = named(one.address),
              .seen = "it answers, and no broker is registered with it",
              .why = "without a broker there is nobody to send to"};
  out.remedies.push_back(
      {.with = tool::broker_conf, .text = fmt::format("namesrvAddr={}", name_servers_of(all.given)), .note = "on every broker"});
  out.remedies.push_back({.with = tool::shell,
                          .text = "sh bin/mqbroker -c conf/broker.conf",
                          .note = "its log ends with \"The broker[NAME, ADDRESS] boot success\" and names the NameServer"});
  out.remedies.push_back(by_mqadmin(all.given, "clusterList", "", "shows it once it is registered"));
  return out;
}

finding answering(const name_server_facts& one) {
  const auto& view = *one.view;
  return {.how = severity::ok,
          .code = "name-server",
          .subject = named(one.address),
          .seen = fmt::format("answers in {} ms, {}, knows {} broker{}", view.round_trip.count(), view.version,
                              view.brokers.size(), view.brokers.size() == 1 ? "" : "s")};
}

finding of(const name_server_facts& one, const facts& all) {
  if (one.view) return one.view->brokers.empty() ? without_brokers(one, all) : answering(one);
  const auto& why = one.view.error();
  const troubled_peer who{.subject = named(one.address), .dialled = one.address, .why = why, .again = &one.again};
  auto out = access_trouble(who, all.given);
  if (!out && why.fault == link_fault::name_unknown) out = unresolved(one, all);
  if (!out && (why.remote_code >= 0 || why.code == errc::malformed || why.fault == link_fault::tls_wanted))
    out = no_name_server(one, all);
  if (!out) out = unreachable(one, all);
  const bool others_do = std::any_of(all.name_servers.begin(), all.name_servers.end(), useful);
  out->how = others_do ? severity::warning : severity::failure;
  if (others_do) out->why = "the others answer; it is missing the day that they do not";
  return *out;
}

// --- what they say of each other's brokers

using registration = std::pair<std::string, std::string>;  // broker, where

std::set<registration> registered_with(const name_server_facts& one) {
  std::set<registration> out;
  for (const auto& broker : one.view->brokers) {
    for (const auto& [id, address] : broker.addresses)
      out.emplace(broker.name, fmt::format("{} (id {})", address.to_string(), id));
  }
  return out;
}

void add_disagreement(std::vector<finding>& to, const facts& all) {
  std::map<registration, std::vector<std::string>> known_by;
  std::size_t asked_well = 0;
  for (const auto& one : all.name_servers) {
    if (!useful(one)) continue;
    ++asked_well;
    for (const auto& what : registered_with(one)) known_by[what].push_back(one.address.to_string());
  }
  for (const auto& [what, who] : known_by) {
    if (who.size() == asked_well) continue;
    finding out{.how = severity::failure,
                .code = "name-servers-disagree",
                .subject = "broker " + what.first,
                .seen = fmt::format("only {} know{} it at {}", listed(who), who.size() == 1 ? "s" : "", what.second),
                .why = "who asks another NameServer does not find that broker"};
    out.remedies.push_back({.with = tool::broker_conf,
                            .text = fmt::format("namesrvAddr={}", name_servers_of(all.given)),
                            .note = fmt::format("on {}, and restart it", what.first)});
    to.push_back(std::move(out));
  }
}

}  // namespace

std::vector<finding> findings_of_name_servers(const facts& all) {
  std::vector<finding> out;
  for (const auto& one : all.name_servers) out.push_back(of(one, all));
  add_disagreement(out, all);
  return out;
}

}  // namespace parley::cli::doctor
