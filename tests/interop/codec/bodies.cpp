// Generated bodies, and their comparison with what came back from Java.
#include "bodies.hpp"

#include "generator.hpp"

#include <parley/remoting/codec/bodies/config.hpp>
#include <parley/remoting/codec/bodies/consumer.hpp>
#include <parley/remoting/codec/bodies/heartbeat.hpp>
#include <parley/remoting/codec/bodies/lists.hpp>
#include <parley/remoting/codec/bodies/lock.hpp>
#include <parley/remoting/codec/bodies/offsets.hpp>
#include <parley/remoting/codec/bodies/route.hpp>
#include <parley/remoting/codec/bodies/stats.hpp>
#include <parley/remoting/codec/tags.hpp>

#include <algorithm>
#include <istream>
#include <ostream>
#include <string>

namespace parley::interop {
namespace {

using namespace parley::remoting;

// Java holds much of this in sets, whose order it does not keep: both sides are compared sorted.
template <class Range, class Key>
void sort_by(Range& in, Key key) {
  std::ranges::sort(in, {}, key);
}
void normalize(auto&) {}
void normalize(consumer_list& in) { std::ranges::sort(in.client_ids); }
void normalize(topic_list& in) { std::ranges::sort(in.topics); }
void normalize(lock_request& in) { std::ranges::sort(in.queues); }
void normalize(lock_response& in) { std::ranges::sort(in.locked); }
void normalize(subscription_data& in) {
  std::ranges::sort(in.tags);
  std::ranges::sort(in.codes);
}
void normalize(std::vector<subscription_data>& in) {
  for (auto& subscription : in) normalize(subscription);
  sort_by(in, &subscription_data::topic);
}
void normalize(heartbeat& in) {
  std::ranges::sort(in.producer_groups);
  for (auto& consumer : in.consumers) normalize(consumer.subscriptions);
  sort_by(in.consumers, &consumer_data::group);
}
void normalize(consumer_running_info& in) { normalize(in.subscriptions); }
void normalize(topic_route& in) {
  sort_by(in.brokers, &broker_data::broker_name);
  sort_by(in.queues, &queue_data::broker_name);
}

class body_maker {
 public:
  explicit body_maker(std::uint64_t seed) : make_(seed) {}

  /// Calls visit(kind, body) for one of each kind.
  template <class Visit>
  void round(Visit visit) {
    visit("route", route());
    visit("cluster", cluster());
    visit("heartbeat", beat());
    visit("consumer_list", consumer_list{.client_ids = names()});
    visit("topic_list", topic_list{.topics = names()});
    visit("lock_request",
          lock_request{
              .consumer_group = make_.name(), .client_id = make_.text(1, 9), .queues = queues(), .only_this_broker = make_.coin()});
    visit("lock_response", lock_response{.locked = queues()});
    visit("topic_config", topic());
    visit("group_config", group());
    visit("offset_table", offset_table{.offsets = offsets()});
    visit("consumer_status", consumer_status{.offsets = offsets()});
    visit("topic_stats", topics_stats());
    visit("consume_stats", consumers_stats());
    visit("running_info", running());
    visit("consume_directly", directly());
  }

 private:
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (auto left = make_.below(4); left > 0; --left) out.push_back(make_.name());
    return out;
  }
  std::vector<message_queue> queues() {
    std::vector<message_queue> out;
    for (auto left = make_.below(4); left > 0; --left) out.push_back(make_.queue());
    return out;
  }
  queue_offsets offsets() {
    queue_offsets out;
    for (const auto& queue : queues()) out[queue] = make_.int64();
    return out;
  }
  std::map<std::string, std::string> attributes() {
    std::map<std::string, std::string> out;
    for (const auto& key : names()) out[key] = make_.text(0, 9);
    return out;
  }
  std::int32_t small() { return static_cast<std::int32_t>(make_.below(1000)); }
  double rate() { return static_cast<double>(make_.below(4000)) / 8; }

  broker_data broker() {
    broker_data out{.cluster = make_.name(), .broker_name = make_.name(), .enable_acting_master = make_.coin()};
    for (auto left = make_.below(3); left > 0; --left)
      out.addresses[static_cast<std::int64_t>(make_.below(9))] = make_.text(1, 12);
    return out;
  }
  topic_route route() {
    topic_route out;
    for (auto left = make_.below(3); left > 0; --left) out.brokers.push_back(broker());
    for (auto left = make_.below(3); left > 0; --left) {
      out.queues.push_back(
          {.broker_name = make_.name(), .read_queues = small(), .write_queues = small(), .perm = small(), .sys_flag = small()});
    }
    if (make_.coin()) out.order_conf = make_.text(1, 20);
    return out;
  }
  cluster_info cluster() {
    cluster_info out;
    for (auto left = make_.below(3); left > 0; --left) {
      const auto one = broker();
      out.brokers[one.broker_name] = one;
      out.clusters[one.cluster] = {one.broker_name};
    }
    return out;
  }
  std::vector<subscription_data> subscriptions() {
    std::vector<subscription_data> out;
    for (auto left = make_.below(3); left > 0; --left) {
      const auto expression = make_.coin() ? std::string(all_tags) : make_.name() + " || " + make_.name();
      out.push_back(parse_tag_expression(make_.name(), expression, make_.int64()).value());
    }
    return out;
  }
  heartbeat beat() {
    heartbeat out{.client_id = make_.text(1, 20),
                  .producer_groups = names(),
                  .fingerprint = make_.int32(),
                  .without_subscriptions = make_.coin()};
    for (auto left = make_.below(3); left > 0; --left) {
      out.consumers.push_back({.group = make_.name(),
                               .type = static_cast<consume_type>(make_.below(3)),
                               .model = static_cast<message_model>(make_.below(2)),
                               .from = static_cast<consume_from>(make_.below(6)),
                               .subscriptions = subscriptions(),
                               .unit_mode = make_.coin()});
    }
    return out;
  }
  topic_config topic() {
    return {.topic = make_.name(),
            .read_queues = small(),
            .write_queues = small(),
            .perm = static_cast<std::int32_t>(make_.below(8)),
            .filter_type = make_.coin() ? "SINGLE_TAG" : "MULTI_TAG",
            .sys_flag = small(),
            .order = make_.coin(),
            .attributes = attributes()};
  }
  subscription_group_config group() {
    return {.group = make_.name(),
            .consume_enable = make_.coin(),
            .consume_from_min_enable = make_.coin(),
            .consume_broadcast_enable = make_.coin(),
            .consume_orderly = make_.coin(),
            .retry_queues = small(),
            .retry_max_times = small(),
            .broker_id = make_.int64(),
            .which_broker_when_slow = make_.int64(),
            .notify_consumers_changed = make_.coin(),
            .sys_flag = small(),
            .consume_timeout_minutes = small(),
            .attributes = attributes()};
  }
  topic_stats topics_stats() {
    topic_stats out{.put_tps = rate()};
    for (const auto& queue : queues())
      out.queues[queue] = {.min_offset = make_.int64(), .max_offset = make_.int64(), .last_update_ms = make_.int64()};
    return out;
  }
  consume_stats consumers_stats() {
    consume_stats out{.tps = rate()};
    for (const auto& queue : queues()) {
      out.queues[queue] = {.broker_offset = make_.int64(),
                           .consumer_offset = make_.int64(),
                           .pull_offset = make_.int64(),
                           .last_timestamp_ms = make_.int64()};
    }
    return out;
  }
  consumer_running_info running() {
    consumer_running_info out{.subscriptions = subscriptions()};
    for (const auto& key : names()) out.properties[key] = make_.text(0, 9);
    for (const auto& queue : queues()) {
      out.queues[queue] = {.commit_offset = make_.int64(),
                           .cached_min_offset = make_.int64(),
                           .cached_max_offset = make_.int64(),
                           .cached_count = small(),
                           .cached_mib = small(),
                           .locked = make_.coin(),
                           .try_unlock_times = make_.int64(),
                           .last_lock_ms = make_.int64(),
                           .dropped = make_.coin(),
                           .last_pull_ms = make_.int64(),
                           .last_consume_ms = make_.int64()};
    }
    for (const auto& topic_name : names()) {
      out.statuses[topic_name] = {.pull_rt_ms = rate(),
                                  .pull_tps = rate(),
                                  .consume_rt_ms = rate(),
                                  .consume_ok_tps = rate(),
                                  .consume_failed_tps = rate(),
                                  .consume_failed_messages = make_.int64()};
    }
    return out;
  }
  consume_directly_response directly() {
    consume_directly_response out{.orderly = make_.coin(),
                                  .auto_commit = make_.coin(),
                                  .outcome = static_cast<consume_result>(make_.below(6)),
                                  .spent_ms = make_.int64()};
    if (make_.coin()) out.remark = make_.text(0, 20);
    return out;
  }

  generator make_;
};

/// Whether the line is this body, as Java wrote it.
template <class Body>
std::string difference(std::string_view kind, Body expected, const std::string& line) {
  if (!line.starts_with(std::string(kind) + " ")) return "another kind came";
  const auto raw = from_hex(std::string_view(line).substr(kind.size() + 1));
  if (!raw) return "no hexadecimal came";
  auto found = Body::decode(*raw);
  if (!found) return found.error().message;
  normalize(expected);
  normalize(*found);
  if (*found == expected) return {};
  return "ours: " + std::string(as_text(expected.encode().value())) + "\n  Java's: " + std::string(as_text(*raw));
}

}  // namespace

void make_bodies(std::uint64_t seed, int count, std::ostream& out) {
  body_maker maker(seed);
  for (int i = 0; i < count; ++i) {
    maker.round([&](const char* kind, const auto& body) { out << kind << ' ' << to_hex(body.encode().value()) << '\n'; });
  }
}

int check_bodies(std::uint64_t seed, int count, std::istream& in, std::ostream& out) {
  body_maker maker(seed);
  int differ = 0;
  for (int i = 0; i < count; ++i) {
    maker.round([&](const char* kind, const auto& body) {
      std::string line;
      if (!std::getline(in, line)) line.clear();
      const auto why = difference(kind, body, line);
      if (why.empty()) return;
      constexpr int told_max = 20;
      if (++differ <= told_max) out << "differs: " << kind << "\n  " << why << '\n';
    });
  }
  return differ;
}

}  // namespace parley::interop
