// Findings about a message that went to each broker and was to come back, and about the clocks that it shows.
#include "doctor/decide.hpp"
#include "doctor/phrases.hpp"
#include "doctor/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace parley::cli::doctor {
namespace {

constexpr std::int64_t clocks_may_differ_ms = 1000;
constexpr std::int32_t no_permission = 16;

std::string named(const probe_facts& one) { return "message through " + one.broker_name; }

finding skipped(const probe_facts& one, std::string why) {
  return {.how = severity::skipped, .code = "probe", .subject = named(one), .seen = "skipped because " + std::move(why)};
}

finding forbidden(const probe_facts& one, const error& why, const setting& given) {
  const auto said = read_refusal(why);
  if (concerns_key(said.kind)) return skipped(one, "the broker does not let us in");
  auto out = skipped(
      one, fmt::format("the topic {}, which every broker has for such trials, may not be used: {}", one.topic, why.message));
  if (said.kind == refusal_kind::not_allowed) {
    out.remedies.push_back(by_mqadmin(given, "createAcl",
                                      fmt::format("-c {} -s User:{} -r Topic:{} -a Pub,Sub,Get -d Allow", quoted(given.cluster),
                                                  quoted(said.user), quoted(one.topic)),
                                      "to have it tried"));
  }
  return out;
}

finding not_sent(const probe_facts& one) {
  return {.how = severity::failure,
          .code = "probe-not-sent",
          .subject = named(one),
          .seen = fmt::format("it was {}: {}", name_of(one.sent->status), one.sent->cause.message),
          .why = "what is sent to this broker does not arrive"};
}

finding not_received(const probe_facts& one) {
  finding out{.how = severity::failure,
              .code = "probe-not-received",
              .subject = named(one),
              .seen = one.came && !*one.came ? one.came->error().message
                                             : std::string("the broker took it and did not give it back in time"),
              .why = "what is sent to this broker does not arrive"};
  out.remedies.push_back(
      {.with = tool::shell, .text = "tail -n 100 ~/logs/rocketmqlogs/broker.log", .note = fmt::format("on {}", one.broker_name)});
  return out;
}

/// How far the broker's clock is from ours at least, whichever way; what lies within sending and its answer proves nothing.
std::int64_t skew_ms(const probe_facts& one) {
  const auto stored = (*one.came)->store_timestamp_ms;
  if (stored < one.sent_at_ms) return stored - one.sent_at_ms;
  if (stored > one.answered_at_ms) return stored - one.answered_at_ms;
  return 0;
}

void add_clock(std::vector<finding>& to, const probe_facts& one) {
  const auto skew = skew_ms(one);
  if (std::abs(skew) <= clocks_may_differ_ms) return;
  finding out{.how = severity::warning,
              .code = "clock-skew",
              .subject = "clock of " + one.broker_name,
              .seen = fmt::format("it is {:.1f} s {} this machine's", static_cast<double>(std::abs(skew)) / 1000,
                                  skew > 0 ? "ahead of" : "behind"),
              .why = "times in the history, starting groups by time and delayed messages go by different clocks"};
  out.remedies.push_back({.with = tool::shell,
                          .text = "timedatectl status",
                          .note = "on both machines: \"System clock synchronized: yes\" is how it should be"});
  out.remedies.push_back({.with = tool::shell, .text = "timedatectl set-ntp true", .note = "on the one where it is not"});
  to.push_back(std::move(out));
}

void add_one(std::vector<finding>& to, const probe_facts& one, const setting& given) {
  if (one.subscribed && !*one.subscribed) {
    const auto& why = one.subscribed->error();
    return to.push_back(why.remote_code == no_permission ? forbidden(one, why, given) : skipped(one, why.message));
  }
  if (!one.sent) return to.push_back(skipped(one, "there was no time"));
  if (!one.sent->stored()) {
    const bool not_ours = one.sent->cause.remote_code == no_permission;
    return to.push_back(not_ours ? forbidden(one, one.sent->cause, given) : not_sent(one));
  }
  if (!one.came || !*one.came) return to.push_back(not_received(one));
  to.push_back({.how = severity::ok,
                .code = "probe",
                .subject = named(one),
                .seen = fmt::format("there and back in {} ms, by way of topic {}", one.round_trip.count(), one.topic)});
  add_clock(to, one);
}

}  // namespace

std::vector<finding> findings_of_probes(const facts& all) {
  std::vector<finding> out;
  if (all.probes.empty()) {
    const auto* const why = all.out_of_time ? "the time that --timeout gives was over" : "no broker can be used";
    out.push_back({.how = severity::skipped,
                   .code = "probe",
                   .subject = "a message there and back",
                   .seen = fmt::format("skipped because {}", why)});
  }
  for (const auto& one : all.probes) add_one(out, one, all.given);
  return out;
}

}  // namespace parley::cli::doctor
