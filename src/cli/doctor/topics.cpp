// Findings about the chat's topics: whether they exist, and may be written and read.
#include "doctor/decide.hpp"
#include "doctor/phrases.hpp"
#include "doctor/refusal.hpp"
#include "doctor/trouble.hpp"

#include <parley/chat/setup/topics.hpp>

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace parley::cli::doctor {
namespace {

constexpr std::int32_t read_permission = 4;
constexpr std::int32_t write_permission = 2;
constexpr std::int32_t read_and_write = 6;
// What brokers of 4 and of 5 answer to a queue that they do not have, once everything else is in order.
constexpr std::int32_t system_error = 1;
constexpr std::int32_t invalid_parameter = 29;

std::string named(const topic_facts& one) { return "topic " + one.name; }

bool is_requests(const topic_facts& one, const setting& given) { return one.name == given.topics.requests; }

std::string purpose_of(const topic_facts& one, const setting& given) {
  if (is_requests(one, given)) return "requests go through it, from clients to the server";
  if (one.name == given.topics.responses) return "answers go through it, from the server to the client that asked";
  return "events go through it, from the server to everybody";
}

finding missing(const topic_facts& one, const setting& given) {
  const chat::topic_sizes sizes;
  const auto queues = is_requests(one, given) ? sizes.requests : sizes.responses;
  finding out{.how = severity::failure,
              .code = "topic-missing",
              .subject = named(one),
              .seen = "no NameServer knows it",
              .why = purpose_of(one, given)};
  out.remedies.push_back(by_parley(given, fmt::format("admin topic create {} --queues {}", quoted(one.name), queues)));
  out.remedies.push_back(by_mqadmin(
      given, "updateTopic", fmt::format("-c {} -t {} -r {} -w {}", quoted(given.cluster), quoted(one.name), queues, queues)));
  out.remedies.push_back(by_parley(given, fmt::format("server --group {}", quoted(given.base_group)),
                                   "makes what is missing when it starts, where the cluster lets it"));
  out.remedies.push_back(by_kubectl(given, "rollout restart deployment/rocketmq-server", "likewise"));
  return out;
}

/// What the topic would be like in order.
remedy with_queues(const topic_facts& one, const setting& given, std::int32_t queues) {
  return by_parley(given,
                   fmt::format("admin topic create {} --update --queues {} --permission read-write", quoted(one.name), queues));
}

struct permission_view {
  std::vector<std::string> able;
  std::vector<std::string> unable;
  [[nodiscard]] bool nobody() const noexcept { return able.empty(); }
};

permission_view brokers_with(const topic_facts& one, std::int32_t bit) {
  permission_view out;
  for (const auto& part : one.route->queues) {
    const auto queues = bit == write_permission ? part.write_queues : part.read_queues;
    auto& where = (part.permission & bit) != 0 && queues > 0 ? out.able : out.unable;
    where.push_back(part.broker_name);
  }
  return out;
}

void add_permission(std::vector<finding>& to, const topic_facts& one, const setting& given, std::int32_t bit) {
  const auto view = brokers_with(one, bit);
  if (view.unable.empty()) return;
  const bool writing = bit == write_permission;
  finding out{.how = view.nobody() ? severity::failure : severity::warning,
              .code = writing ? "topic-not-writable" : "topic-not-readable",
              .subject = named(one),
              .seen = fmt::format("it may not be {} on {}", writing ? "written to" : "read", listed(view.unable)),
              .why = purpose_of(one, given)};
  if (!view.nobody()) out.why += "; the other brokers carry it alone";
  out.remedies.push_back(by_mqadmin(given, "updateTopicPerm",
                                    fmt::format("-c {} -t {} -p {}", quoted(given.cluster), quoted(one.name), read_and_write)));
  out.remedies.push_back(with_queues(one, given, one.route->queues.front().read_queues));
  for (const auto& broker : view.unable) {
    if (!writing) break;
    auto note = std::string("if the NameServer was told to keep writes from that broker");
    out.remedies.push_back(by_mqadmin(given, "addWritePerm", fmt::format("-b {}", quoted(broker)), std::move(note)));
  }
  to.push_back(std::move(out));
}

void add_unread_queues(std::vector<finding>& to, const topic_facts& one, const setting& given) {
  for (const auto& part : one.route->queues) {
    if (part.read_queues >= part.write_queues || (part.permission & write_permission) == 0) continue;
    finding out{.how = severity::failure,
                .code = "topic-queues-unread",
                .subject = named(one),
                .seen = fmt::format("{} has {} queues to write to and {} to read from", part.broker_name, part.write_queues,
                                    part.read_queues),
                .why = "what is written to the queues beyond is never read"};
    out.remedies.push_back(with_queues(one, given, part.write_queues));
    out.remedies.push_back(by_mqadmin(
        given, "updateTopic",
        fmt::format("-c {} -t {} -r {} -w {}", quoted(given.cluster), quoted(one.name), part.write_queues, part.write_queues)));
    to.push_back(std::move(out));
  }
}

// --- what was tried

/// Refused for the queue alone: a real message would have been taken.
bool would_be_taken(const rocketmq::send_outcome& outcome) {
  if (outcome.stored()) return true;
  const auto code = outcome.cause.remote_code;
  return (code == system_error || code == invalid_parameter) && read_refusal(outcome.cause).kind == refusal_kind::none;
}

/// The refusals that matter to a client, or to a server.
struct refused_uses {
  std::optional<error> sending{};
  std::optional<error> reading{};
};

refused_uses refusals_of(const topic_facts& one) {
  refused_uses out;
  for (const auto& one_send : one.sends) {
    if (!would_be_taken(one_send.outcome)) out.sending = one_send.outcome.cause;
  }
  if (one.read && !*one.read) out.reading = one.read->error();
  return out;
}

bool not_allowed(const std::optional<error>& why) { return why && read_refusal(*why).kind == refusal_kind::not_allowed; }

/// A client sends requests and reads the rest; a server does the opposite. Keys that are good for one of them are good.
bool good_for_one_role(const facts& all) {
  bool client = true;
  bool server = true;
  for (const auto& one : all.topics) {
    const auto refused = refusals_of(one);
    const bool requests = is_requests(one, all.given);
    client = client && !not_allowed(requests ? refused.sending : refused.reading);
    server = server && !not_allowed(requests ? refused.reading : refused.sending);
  }
  return client || server;
}

void add_trial(std::vector<finding>& to, const topic_facts& one, const facts& all, const error& why, bool sending) {
  const bool by_clients = is_requests(one, all.given) == sending;
  const std::string needed = by_clients ? (sending ? "clients write to it" : "clients read it")
                                        : (sending ? "the server writes to it" : "the server reads it");
  if (auto out = permission_trouble(named(one), why, all.given, needed)) {
    if (good_for_one_role(all)) {
      out->how = severity::warning;
      out->why += "; for the other part of the chat this user is good";
    }
    to.push_back(std::move(*out));
    return;
  }
  const bool about_key = concerns_key(read_refusal(why).kind);
  const bool unreached = why.remote_code < 0;
  if (about_key || unreached) {
    to.push_back({.how = severity::skipped,
                  .code = "topic-trial",
                  .subject = named(one),
                  .seen = fmt::format("whether it can be {} was not seen because {}", sending ? "written" : "read",
                                      about_key ? "the broker does not let us in" : why.message)});
    return;
  }
  to.push_back({.how = severity::failure,
                .code = sending ? "topic-send-refused" : "topic-read-refused",
                .subject = named(one),
                .seen = why.message,
                .why = needed});
}

void add_one(std::vector<finding>& to, const topic_facts& one, const facts& all) {
  if (!one.route) {
    const auto& why = one.route.error();
    if (why.code == errc::not_found) return to.push_back(missing(one, all.given));
    return to.push_back({.how = severity::skipped,
                         .code = "topic",
                         .subject = named(one),
                         .seen = "skipped because its route is not known: " + why.message});
  }
  const auto before = to.size();
  add_permission(to, one, all.given, write_permission);
  add_permission(to, one, all.given, read_permission);
  add_unread_queues(to, one, all.given);
  // Where the permission bits forbid it already, the trial says nothing new.
  const auto refused = refusals_of(one);
  if (to.size() == before && refused.sending) add_trial(to, one, all, *refused.sending, true);
  if (to.size() == before && refused.reading) add_trial(to, one, all, *refused.reading, false);
  if (to.size() > before) return;
  std::int32_t queues = 0;
  for (const auto& part : one.route->queues) queues += part.write_queues;
  const bool tried = !one.sends.empty() && one.read;
  to.push_back({.how = tried ? severity::ok : severity::skipped,
                .code = "topic",
                .subject = named(one),
                .seen = tried ? fmt::format("{} queues, can be written and read", queues)
                              : fmt::format("it is there with {} queues; its use was skipped because {}", queues,
                                            all.out_of_time ? "the time that --timeout gives was over" : "no broker can be used")});
}

}  // namespace

std::vector<finding> findings_of_topics(const facts& all) {
  std::vector<finding> out;
  if (all.topics.empty()) {
    const auto* const why = all.out_of_time ? "the time that --timeout gives was over" : "no NameServer answers";
    out.push_back({.how = severity::skipped, .code = "topic", .subject = "topics", .seen = fmt::format("skipped because {}", why)});
  }
  for (const auto& one : all.topics) add_one(out, one, all);
  return out;
}

}  // namespace parley::cli::doctor
