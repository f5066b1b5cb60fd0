// Findings about the server's consumer group: whether it exists, who is in it, whether they agree, and what waits.
#include "doctor/decide.hpp"
#include "doctor/phrases.hpp"
#include "doctor/refusal.hpp"
#include "doctor/trouble.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

namespace parley::cli::doctor {
namespace {

using subscriptions = std::map<std::string, std::string>;

std::string named(const facts& all) { return "group " + all.given.group; }

finding start_somebody(const facts& all, std::string code, std::string seen) {
  finding out{.how = severity::failure,
              .code = std::move(code),
              .subject = named(all),
              .seen = std::move(seen),
              .why = "requests wait in the topic, and every client times out"};
  out.remedies.push_back(by_parley(all.given, fmt::format("server --group {}", quoted(all.given.base_group))));
  out.remedies.push_back(by_kubectl(all.given, "scale deployment/rocketmq-server --replicas=1"));
  out.remedies.push_back(
      by_kubectl(all.given, "logs deployment/rocketmq-server --tail=50", "says why it does not start, if it is there"));
  return out;
}

finding missing(const facts& all) {
  auto out = start_somebody(all, "group-missing", "no broker knows it: no server has ever started with this --group");
  out.remedies.push_back(by_mqadmin(all.given, "updateSubGroup",
                                    fmt::format("-c {} -g {}", quoted(all.given.cluster), quoted(all.given.group)),
                                    "first, where the cluster does not let a server make it"));
  return out;
}

// --- members

void add_same_ids(std::vector<finding>& to, const facts& all) {
  std::map<std::string, std::set<std::string>> addresses;
  for (const auto& one : all.group->connections->clients) addresses[one.client_id].insert(one.address);
  for (const auto& [id, where] : addresses) {
    if (where.size() < 2) continue;
    finding out{
        .how = severity::failure,
        .code = "client-id-twice",
        .subject = "client " + id,
        .seen = fmt::format("it is connected {} times, from {}", where.size(), listed({where.begin(), where.end()})),
        .why = "programs of one id take each other for themselves: both read the same queues, and others are read by nobody"};
    out.remedies.push_back({.with = tool::environment,
                            .text = "export POD_NAME=\"$(hostname)-$$\"",
                            .note = "for each of them; Parley's own ids are unique unless a program sets instance_name"});
    out.remedies.push_back({.with = tool::shell,
                            .text = "java -Drocketmq.client.name=\"$(hostname)-$$\" …",
                            .note = "for Java's client; in Go consumer.WithInstance(…)"});
    out.remedies.push_back(by_kubectl(all.given, "get pods -o wide", "which of them have these addresses"));
    to.push_back(std::move(out));
  }
}

std::string text_of(const subscriptions& what) {
  std::vector<std::string> parts;
  for (const auto& [topic, expression] : what)
    parts.push_back(fmt::format("{} ({})", topic, expression.empty() ? "*" : expression));
  return parts.empty() ? std::string("nothing") : listed(parts);
}

/// Without the group's retry topic, which some say and some do not, and "*" for everything.
subscriptions comparable(const subscriptions& what) {
  subscriptions out;
  for (const auto& [topic, expression] : what) {
    if (!topic.starts_with("%RETRY%")) out.emplace(topic, expression.empty() ? "*" : expression);
  }
  return out;
}

void add_subscriptions(std::vector<finding>& to, const facts& all) {
  std::map<subscriptions, std::vector<std::string>> by_word;
  for (const auto& [id, word] : all.group->members) {
    if (word) by_word[comparable(word->subscriptions)].push_back(id);
  }
  if (by_word.size() < 2) return;
  std::string seen;
  for (const auto& [what, who] : by_word)
    seen += fmt::format("{}{} subscribe{} to {}", seen.empty() ? "" : "; ", listed(who), who.size() == 1 ? "s" : "", text_of(what));
  finding out{.how = severity::failure,
              .code = "subscriptions-differ",
              .subject = named(all),
              .seen = std::move(seen),
              .why =
                  "the broker keeps the last one's word for the whole group, so messages are not delivered to some, and which "
                  "ones changes"};
  out.remedies.push_back(
      {.with = tool::environment,
       .text = fmt::format("export CHAT_TOPIC_PREFIX={} ROCKETMQ_GROUP={}",
                           quoted(all.given.topics.requests.substr(0, all.given.topics.requests.rfind('-'))),
                           quoted(all.given.base_group)),
       .note = "the same for every server; a program that is to read something else needs a group of its own"});
  out.remedies.push_back(
      by_kubectl(all.given, "rollout restart deployment/rocketmq-server", "where an old version still runs beside the new one"));
  to.push_back(std::move(out));
}

void add_elsewhere(std::vector<finding>& to, const facts& all) {
  for (const auto& [id, word] : all.group->members) {
    if (!word || word->subscriptions.empty() || word->subscriptions.contains(all.given.topics.requests)) continue;
    finding out{.how = severity::failure,
                .code = "subscribed-elsewhere",
                .subject = "client " + id,
                .seen = fmt::format("it subscribes to {}, not to {}", text_of(word->subscriptions), all.given.topics.requests),
                .why = "requests of this installation do not reach it"};
    out.remedies.push_back({.with = tool::environment,
                            .text = fmt::format("export CHAT_TOPIC_PREFIX={}",
                                                quoted(all.given.topics.requests.substr(0, all.given.topics.requests.rfind('-')))),
                            .note = "where it is started"});
    to.push_back(std::move(out));
  }
}

void add_broadcasting(std::vector<finding>& to, const facts& all) {
  if (!all.group->connections->broadcasting) return;
  to.push_back({.how = severity::failure,
                .code = "group-broadcasts",
                .subject = named(all),
                .seen = "its members consume in broadcasting mode",
                .why = "every server answers every request",
                .remedies = {by_parley(all.given, fmt::format("server --group {}", quoted(all.given.base_group)),
                                       "consumes in clustering mode; a broadcasting program needs a group of its own")}});
}

void add_lag(std::vector<finding>& to, const facts& all) {
  if (!all.group->progress || !*all.group->progress) return;
  const auto waiting = (*all.group->progress)->lag();
  if (waiting <= all.given.lag_limit) return;
  const bool nobody = all.group->connections && all.group->connections->clients.empty();
  finding out{.how = severity::warning,
              .code = "group-lag",
              .subject = named(all),
              .seen = fmt::format("{} messages wait; more than {} are much", waiting, all.given.lag_limit),
              .why = nobody ? "nobody takes them" : "requests come faster than they are answered, or a server is stuck"};
  out.remedies.push_back(by_parley(all.given, fmt::format("admin group progress {}", quoted(all.given.group)),
                                   "twice: does the consumer's offset move?"));
  out.remedies.push_back(by_mqadmin(all.given, "consumerProgress", fmt::format("-g {}", quoted(all.given.group)), "likewise"));
  out.remedies.push_back(by_parley(
      all.given,
      fmt::format("admin group reset {} --topic {} --to now --yes", quoted(all.given.group), quoted(all.given.topics.requests)),
      "gives up what waits: clients have timed out by now"));
  out.remedies.push_back(by_mqadmin(all.given, "resetOffsetByTime",
                                    fmt::format("-g {} -t {} -s now", quoted(all.given.group), quoted(all.given.topics.requests)),
                                    "likewise"));
  to.push_back(std::move(out));
}

finding members_of(const facts& all) {
  const auto& clients = all.group->connections->clients;
  std::vector<std::string> who;
  for (const auto& one : clients)
    who.push_back(fmt::format("{} from {} ({} {})", one.client_id, one.address, one.language, one.version));
  const auto lag = all.group->progress && *all.group->progress ? fmt::format(", {} messages wait", (*all.group->progress)->lag())
                                                               : std::string{};
  return {.how = severity::ok,
          .code = "group",
          .subject = named(all),
          .seen = fmt::format("{} member{}{}: {}", clients.size(), clients.size() == 1 ? "" : "s", lag, listed(who))};
}

void add_mute(std::vector<finding>& to, const facts& all) {
  for (const auto& [id, word] : all.group->members) {
    if (word) continue;
    to.push_back({.how = severity::skipped,
                  .code = "member",
                  .subject = "client " + id,
                  .seen = "what it subscribes to was not compared because " + word.error().message});
  }
}

finding unseen(const facts& all, const error& why) {
  const auto said = read_refusal(why);
  if (concerns_key(said.kind))
    return {
        .how = severity::skipped, .code = "group", .subject = named(all), .seen = "skipped because the broker does not let us in"};
  finding out{.how = severity::skipped,
              .code = "group",
              .subject = named(all),
              .seen = "skipped because it may not be looked at, or cannot: " + why.message};
  if (auto forbidden = permission_trouble(named(all), why, all.given, "")) out.remedies = std::move(forbidden->remedies);
  return out;
}

}  // namespace

std::vector<finding> findings_of_group(const facts& all) {
  std::vector<finding> out;
  if (!all.group) {
    const auto* const why = all.out_of_time ? "the time that --timeout gives was over" : "no broker can be used";
    out.push_back({.how = severity::skipped, .code = "group", .subject = named(all), .seen = fmt::format("skipped because {}", why)});
    return out;
  }
  const auto& known = all.group->connections;
  if (!known && known.error().code == errc::not_found) {
    out.push_back(missing(all));
    return out;
  }
  if (!known) {
    out.push_back(unseen(all, known.error()));
    return out;
  }
  if (known->clients.empty()) {
    out.push_back(start_somebody(all, "group-without-members", "it is there, and nobody consumes as it"));
  } else {
    add_same_ids(out, all);
    add_subscriptions(out, all);
    add_elsewhere(out, all);
    add_broadcasting(out, all);
    if (out.empty()) out.push_back(members_of(all));
    add_mute(out, all);
  }
  add_lag(out, all);
  return out;
}

}  // namespace parley::cli::doctor
