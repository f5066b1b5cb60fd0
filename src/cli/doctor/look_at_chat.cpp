// Looking at the chat's topics and group, and sending messages that disturb nobody.
#include "doctor/looking.hpp"
#include "doctor/refusal.hpp"

#include <parley/base/random.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace parley::cli::doctor {
namespace {

constexpr const char* producer_group = "parley_doctor_producer";
// Every broker has this group for RocketMQ's own tools. We read by pulls that register nothing, so whose group it is costs nobody anything.
constexpr const char* tools_group = "TOOLS_CONSUMER";
// A topic has at most 1024 queues.
constexpr std::int32_t no_queue = 65'535;
constexpr std::int32_t write_permission = 2;
constexpr std::size_t most_members = 32;
constexpr milliseconds probe_hold{1000};
constexpr milliseconds goodbye{300};

bool some_name_server_answers(const facts& all) {
  return std::any_of(all.name_servers.begin(), all.name_servers.end(), [](const auto& one) { return one.view.has_value(); });
}

bool usable(const broker_facts& one) {
  return one.reached() && (one.status || !concerns_key(read_refusal(one.status.error()).kind));
}

bool some_broker_usable(const facts& all) { return std::any_of(all.brokers.begin(), all.brokers.end(), usable); }

io::task<void> look_at_route(looking& with, topic_facts& into) {
  auto route = co_await with.admin.async_route(into.name, with.patience());
  into.route = std::move(route);
}

io::task<void> send_dry(looking& with, rocketmq::producer& by, const std::string& topic, dry_send& into) {
  rocketmq::message what{.topic = topic, .body = "parley doctor", .tag = "parley_doctor"};
  rocketmq::send_options how;
  how.timeout = with.patience();
  how.queue = rocketmq::message_queue{.topic = topic, .broker_name = into.broker_name, .queue_id = no_queue};
  auto outcome = co_await by.async_send(std::move(what), std::move(how));
  into.outcome = std::move(outcome);
}

io::task<void> try_topic(looking& with, std::string group, topic_facts& into) {
  if (!into.route) co_return;
  rocketmq::producer sender(with.bus, {.group = producer_group, .retries = 0});
  for (const auto& part : into.route->queues) {
    if ((part.permission & write_permission) != 0) into.sends.push_back({.broker_name = part.broker_name, .outcome = {}});
  }
  std::vector<io::task<void>> each;
  for (auto& one : into.sends) each.push_back(send_dry(with, sender, into.name, one));
  co_await together(with.gate, std::move(each));
  rocketmq::pull_consumer reader(with.bus, {.group = std::move(group)});
  auto reached = co_await reader.async_reach(into.name, with.patience());
  into.read.emplace(std::move(reached));
  const auto left = co_await reader.async_stop(goodbye);
  const auto gone = co_await sender.async_stop(goodbye);
  (void)left;  // nothing of them is under way
  (void)gone;
}

// --- a message there and back

io::task<void> exchange(looking& with, rocketmq::pull_consumer& reader, rocketmq::producer& sender, std::string tag,
                        probe_facts& into) {
  rocketmq::filter only{.tags = tag};
  auto subscribed = co_await reader.async_subscribe_from_end(into.topic, std::move(only), with.patience());
  into.subscribed.emplace(std::move(subscribed));
  if (!*into.subscribed) co_return;
  rocketmq::message what{.topic = into.topic, .body = "parley doctor", .tag = std::move(tag)};
  rocketmq::send_options how;
  how.timeout = with.patience();
  const auto begin = system_clock().steady_now();
  into.sent_at_ms = system_clock().wall_ms();
  auto sent = co_await sender.async_send(std::move(what), std::move(how));
  into.answered_at_ms = system_clock().wall_ms();
  into.sent.emplace(std::move(sent));
  if (!into.sent->stored()) co_return;
  auto came = co_await reader.async_poll(with.patience(), 1);
  into.round_trip = std::chrono::duration_cast<milliseconds>(system_clock().steady_now() - begin);
  if (!came) {
    into.came.emplace(std::move(came).error());
  } else if (!came->empty()) {
    into.came.emplace(std::move(came->front()));
  }
}

io::task<void> send_probe(looking& with, std::string tag, probe_facts& into) {
  rocketmq::pull_consumer reader(with.bus, {.group = tools_group, .broker_hold = probe_hold});
  rocketmq::producer sender(with.bus, {.group = producer_group, .retries = 0});
  co_await exchange(with, reader, sender, std::move(tag), into);
  const auto left = co_await reader.async_stop(goodbye);
  const auto gone = co_await sender.async_stop(goodbye);
  (void)left;  // what came late concerns nobody
  (void)gone;
}

// --- members

io::task<void> ask_member(looking& with, std::string group, std::string id, result<rocketmq::member_state>& into) {
  auto word = co_await with.admin.async_member(std::move(group), std::move(id), with.patience());
  into = std::move(word);
}

io::task<void> ask_progress(looking& with, const setting& given, group_facts& into) {
  auto progress = co_await with.admin.async_progress(given.group, given.topics.requests, with.patience());
  into.progress.emplace(std::move(progress));
}

}  // namespace

io::task<void> look_at_routes(looking& with, facts& into) {
  if (!some_name_server_answers(into)) co_return;
  for (const auto& name : {into.given.topics.requests, into.given.topics.responses, into.given.topics.events}) {
    into.topics.push_back({.name = name, .route = fail(errc::stopped, "not asked")});
  }
  std::vector<io::task<void>> each;
  for (auto& one : into.topics) each.push_back(look_at_route(with, one));
  co_await together(with.gate, std::move(each));
}

io::task<void> look_at_group(looking& with, facts& into) {
  if (!some_broker_usable(into)) co_return;
  auto connections = co_await with.admin.async_connections(into.given.group, with.patience());
  into.group.emplace(group_facts{.connections = std::move(connections)});
  auto& group = *into.group;
  if (!group.connections) co_return;
  std::set<std::string> ids;
  for (const auto& one : group.connections->clients) {
    if (ids.size() < most_members) ids.insert(one.client_id);
  }
  for (const auto& id : ids) group.members.emplace(id, fail(errc::stopped, "not asked"));
  std::vector<io::task<void>> each;
  for (auto& [id, word] : group.members) each.push_back(ask_member(with, into.given.group, id, word));
  each.push_back(ask_progress(with, into.given, group));
  co_await together(with.gate, std::move(each));
}

io::task<void> send_probes(looking& with, facts& into) {
  auto random = random_source::from_system();
  const auto tag = fmt::format("doctor_{:016x}", random.next());
  for (const auto& one : into.brokers) {
    // Each broker has a topic of its own name, to which RocketMQ's tools send for the same purpose and which nobody consumes.
    if (one.id == 0 && usable(one)) into.probes.push_back({.broker_name = one.name, .topic = one.name});
  }
  std::vector<io::task<void>> each;
  for (auto& one : into.probes) each.push_back(send_probe(with, tag, one));
  co_await together(with.gate, std::move(each));
}

io::task<void> try_topics(looking& with, facts& into) {
  if (!some_broker_usable(into)) co_return;
  const bool exists = into.group && into.group->connections;
  std::vector<io::task<void>> each;
  for (auto& one : into.topics) each.push_back(try_topic(with, exists ? into.given.group : tools_group, one));
  co_await together(with.gate, std::move(each));
}

}  // namespace parley::cli::doctor
