// Findings about brokers: whether the address that each advertises leads to it, and how it is.
#include "doctor/decide.hpp"
#include "doctor/phrases.hpp"
#include "doctor/refusal.hpp"
#include "doctor/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

namespace parley::cli::doctor {
namespace {

constexpr const char* why_address = "the NameServer sends everybody to that address, and everybody dials it for every message";
constexpr double nearly_full = 0.85;
constexpr std::int64_t write_permission = 2;
using version_numbers = std::array<int, 3>;
constexpr version_numbers oldest_known_good{4, 9, 0};

std::string named(const broker_facts& one) {
  return fmt::format("broker {}{}", one.name, one.id == 0 ? "" : fmt::format(" (replica {})", one.id));
}

std::string text_at(const broker_settings& table, std::string_view key) {
  const auto at = table.find(key);
  return at == table.end() ? std::string{} : at->second;
}

std::optional<std::string> own_name(const broker_facts& one) {
  if (!one.settings || !*one.settings) return std::nullopt;
  auto name = text_at(**one.settings, "brokerName");
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

// --- an address that leads nowhere, or elsewhere

/// The first other address at which that broker, or one that does not say its name, answers.
const candidate* found_at(const broker_facts& one) {
  for (const auto& other : one.candidates) {
    const bool answers = other.status.has_value() || other.status.error().remote_code >= 0;
    if (answers && (other.broker_name.empty() || other.broker_name == one.name)) return &other;
  }
  return nullptr;
}

std::string how_it_failed(const broker_facts& one) {
  const auto& why = one.status.error();
  if (why.fault == link_fault::nobody_listens) return "which refuses the connection: nothing listens there as seen from here";
  if (why.fault == link_fault::name_unknown) return "a name that is not resolved here";
  if (why.fault == link_fault::no_answer) return "from where nothing comes back here";
  return fmt::format("which does not answer: {}", why.message);
}

std::string what_was_tried(const broker_facts& one) {
  const auto* const there = found_at(one);
  if (there != nullptr)
    return fmt::format(". A broker{} answers at {}", there->broker_name.empty() ? "" : " of that name", there->address.to_string());
  std::vector<std::string> tried;
  for (const auto& other : one.candidates) {
    tried.push_back(other.broker_name.empty() ? other.address.to_string()
                                              : fmt::format("{} (that is {})", other.address.to_string(), other.broker_name));
  }
  return tried.empty() ? std::string{} : fmt::format(". Tried as well, in vain: {}", listed(tried));
}

void add_address_remedies(finding& to, const broker_facts& one, const setting& given) {
  const auto* const there = found_at(one);
  const std::string host = there != nullptr ? there->address.host : "<HOST>";
  const endpoint reachable = there != nullptr ? there->address : endpoint{.host = host, .port = one.advertised.port};
  to.remedies.push_back(
      {.with = tool::broker_conf,
       .text = fmt::format("brokerIP1={}", host),
       .note = there != nullptr
                   ? fmt::format("on {}, and restart it; brokerIP2 likewise, where its replicas are to reach it", one.name)
                   : fmt::format(
                         "an address of {} that server and clients reach; restart it. brokerIP2 likewise, for its replicas",
                         one.name)});
  add_variable(to.remedies, given, "ROCKETMQ_ADDRESS_MAP", fmt::format("{}={}", one.advertised.to_string(), reachable.to_string()),
               "where the broker is not yours to change: for each server and client that sees it like this");
}

finding unreachable(const broker_facts& one, const setting& given) {
  const bool mapped = one.dialled != one.advertised;
  finding out{.how = severity::failure,
              .code = "broker-unreachable",
              .subject = named(one),
              .seen = fmt::format("it advertises {}{}, {}{}", one.advertised.to_string(),
                                  mapped ? fmt::format(", mapped to {}", one.dialled.to_string()) : "", how_it_failed(one),
                                  what_was_tried(one)),
              .why = why_address};
  add_address_remedies(out, one, given);
  out.remedies.push_back({.with = tool::shell,
                          .text = fmt::format("nc -vz {} {}", quoted(one.dialled.host), one.dialled.port),
                          .note = "from where the server runs"});
  return out;
}

finding another(const broker_facts& one, const std::string& name, const setting& given) {
  finding out{.how = severity::failure,
              .code = "broker-is-another",
              .subject = named(one),
              .seen = fmt::format("it advertises {}, and there answers {}", one.advertised.to_string(), name),
              .why = "such an address, like 127.0.0.1, means another machine to everybody who reads it"};
  add_address_remedies(out, one, given);
  return out;
}

// --- one that answers

std::optional<version_numbers> numbers_of(std::string_view version) {
  version_numbers out{};
  if (!version.starts_with('V')) return std::nullopt;
  version.remove_prefix(1);
  for (int& number : out) {
    const auto [end, wrong] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (wrong != std::errc{}) return std::nullopt;
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (version.starts_with('_')) version.remove_prefix(1);
  }
  return out;
}

double number_at(const broker_settings& table, std::string_view key) {
  const auto text = text_at(table, key);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

finding answering(const broker_facts& one) {
  const bool mapped = one.dialled != one.advertised;
  return {.how = severity::ok,
          .code = "broker",
          .subject = named(one),
          .seen = fmt::format("answers at {}{} in {} ms, {}", one.advertised.to_string(),
                              mapped ? fmt::format(" (mapped to {})", one.dialled.to_string()) : "",
                              one.status->round_trip.count(), text_at(one.status->figures, "brokerVersionDesc"))};
}

void add_version(std::vector<finding>& to, const broker_facts& one) {
  const auto text = text_at(one.status->figures, "brokerVersionDesc");
  const auto version = numbers_of(text);
  if (!version || *version >= oldest_known_good) return;
  to.push_back({.how = severity::warning,
                .code = "broker-old",
                .subject = named(one),
                .seen = fmt::format("it is {}", text),
                .why = "Parley is tried with 4.9 and later",
                .remedies = {{.with = tool::shell,
                              .text = "sh bin/mqbroker -c conf/broker.conf",
                              .note = "of a newer RocketMQ, over the same store"}}});
}

void add_disk(std::vector<finding>& to, const broker_facts& one) {
  const auto used = number_at(one.status->figures, "commitLogDiskRatio");
  if (used < nearly_full) return;
  to.push_back({.how = severity::warning,
                .code = "broker-disk",
                .subject = named(one),
                .seen = fmt::format("its disk is {:.0f} % full", used * 100),
                .why = "past 85 % it deletes old messages by force, and past 90 % it takes no more",
                .remedies = {{.with = tool::broker_conf,
                              .text = "fileReservedTime=24",
                              .note = "hours that messages are kept; or give it a larger disk"}}});
}

void add_read_only(std::vector<finding>& to, const broker_facts& one, const setting& given) {
  if (!one.settings || !*one.settings || one.id != 0) return;
  const auto text = text_at(**one.settings, "brokerPermission");
  std::int64_t permission = 6;
  std::from_chars(text.data(), text.data() + text.size(), permission);
  if ((permission & write_permission) != 0) return;
  finding out{.how = severity::failure,
              .code = "broker-read-only",
              .subject = named(one),
              .seen = fmt::format("its brokerPermission is {}: it takes no messages", permission),
              .why = "nothing can be sent to it, whatever its topics allow"};
  out.remedies.push_back(
      by_mqadmin(given, "updateBrokerConfig", fmt::format("-b {} -k brokerPermission -v 6", quoted(one.advertised.to_string()))));
  to.push_back(std::move(out));
}

finding refusing(const broker_facts& one, const setting& given) {
  const troubled_peer who{.subject = named(one),
                          .dialled = one.dialled,
                          .broker = one.name,
                          .advertised = one.advertised,
                          .why = one.status.error(),
                          .again = &one.again};
  if (auto out = access_trouble(who, given)) return *out;
  // Its figures are an administrator's; the chat does without.
  if (read_refusal(who.why).kind == refusal_kind::not_allowed) {
    return {.how = severity::ok,
            .code = "broker",
            .subject = who.subject,
            .seen = fmt::format("answers at {}; its figures are not for the user {}", one.advertised.to_string(), given.access_key)};
  }
  return {.how = severity::warning,
          .code = "broker-odd",
          .subject = who.subject,
          .seen = fmt::format("it answers, though not as expected: {}", who.why.message),
          .why = "it may be very old, or no broker"};
}

void add_one(std::vector<finding>& to, const broker_facts& one, const setting& given) {
  if (!one.reached()) {
    const troubled_peer who{.subject = named(one),
                            .dialled = one.dialled,
                            .broker = one.name,
                            .advertised = one.advertised,
                            .why = one.status.error(),
                            .again = &one.again};
    auto out = access_trouble(who, given);
    to.push_back(out ? std::move(*out) : unreachable(one, given));
    return;
  }
  if (!one.status) {
    to.push_back(refusing(one, given));
    return;
  }
  if (const auto name = own_name(one); name && *name != one.name) {
    to.push_back(another(one, *name, given));
    return;
  }
  to.push_back(answering(one));
  add_version(to, one);
  add_disk(to, one);
  add_read_only(to, one, given);
}

void add_masters(std::vector<finding>& to, const facts& all) {
  std::set<std::string> with_master;
  std::set<std::string> every;
  for (const auto& one : all.brokers) {
    every.insert(one.name);
    if (one.id == 0) with_master.insert(one.name);
  }
  for (const auto& name : every) {
    if (with_master.contains(name)) continue;
    to.push_back({.how = severity::failure,
                  .code = "no-master",
                  .subject = "broker " + name,
                  .seen = "only replicas of it are registered",
                  .why = "replicas take no messages: its queues can be read and not written",
                  .remedies = {{.with = tool::broker_conf,
                                .text = "brokerId=0\nbrokerRole=ASYNC_MASTER",
                                .note = "on the one that is to be the master; restart it"}}});
  }
}

void add_versions(std::vector<finding>& to, const facts& all) {
  std::set<std::string> said;
  for (const auto& one : all.name_servers) {
    if (one.view) said.insert(one.view->version);
  }
  for (const auto& one : all.brokers) {
    if (one.status) said.insert(text_at(one.status->figures, "brokerVersionDesc"));
  }
  said.erase(std::string{});
  if (said.size() < 2) return;
  to.push_back({.how = severity::warning,
                .code = "versions-differ",
                .subject = "versions",
                .seen = fmt::format("NameServers and brokers are {}", listed({said.begin(), said.end()})),
                .why = "a cluster in the middle of an upgrade; NameServers go first"});
}

}  // namespace

std::vector<finding> findings_of_brokers(const facts& all) {
  std::vector<finding> out;
  if (all.brokers.empty()) {
    out.push_back(
        {.how = severity::skipped, .code = "broker", .subject = "brokers", .seen = "skipped because no NameServer names one"});
    return out;
  }
  for (const auto& one : all.brokers) add_one(out, one, all.given);
  add_masters(out, all);
  add_versions(out, all);
  return out;
}

}  // namespace parley::cli::doctor
