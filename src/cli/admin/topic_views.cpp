// Topics as people and programs are shown them.
#include "admin/topic_views.hpp"

#include "admin/moment.hpp"
#include "admin/table.hpp"
#include "terminal/harmless.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::cli {
namespace {

namespace json = boost::json;
using rocketmq::broker_info;
using side = table::side;

constexpr std::array<std::string_view, 3> prefixes{"%RETRY%", "%DLQ%", "rmq_sys_"};
constexpr std::array<std::string_view, 6> names{"TBW102",          "SCHEDULE_TOPIC_XXXX", "BenchmarkTest",
                                                "SELF_TEST_TOPIC", "OFFSET_MOVED_EVENT",  "TRANS_CHECK_MAX_TIME_TOPIC"};
constexpr std::string_view system_prefix = "RMQ_SYS_";
constexpr std::string_view reply_suffix = "_REPLY_TOPIC";

json::object addresses_of(const broker_info& broker) {
  json::object out;
  for (const auto& [id, address] : broker.addresses) out.emplace(std::to_string(id), address.to_string());
  return out;
}

const broker_info* find(const std::vector<broker_info>& brokers, const std::string& name) {
  const auto at = std::find_if(brokers.begin(), brokers.end(), [&](const auto& one) { return one.name == name; });
  return at == brokers.end() ? nullptr : &*at;
}

std::string master_of(const broker_info* broker) {
  if (broker == nullptr || !broker->addresses.contains(0)) return "-";
  return broker->addresses.at(0).to_string();
}

}  // namespace

bool is_internal(std::string_view topic, const std::vector<broker_info>& brokers) {
  if (topic.starts_with(system_prefix) || std::find(names.begin(), names.end(), topic) != names.end()) return true;
  if (std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return topic.starts_with(prefix); })) return true;
  return std::any_of(brokers.begin(), brokers.end(), [&](const broker_info& broker) {
    return topic == broker.name || topic == broker.cluster || topic == broker.cluster + std::string(reply_suffix);
  });
}

std::string show_permission(std::int32_t permission) {
  std::string out;
  for (const auto& [bit, name] : {std::pair{4, "read"}, std::pair{2, "write"}, std::pair{1, "inherit"}}) {
    if ((permission & bit) != 0) out += (out.empty() ? "" : ", ") + std::string(name);
  }
  return out.empty() ? "none" : out;
}

document show_topics(const std::vector<std::string>& topics) {
  document out;
  for (const auto& topic : topics) out.text += harmless(topic) + "\n";
  out.json.emplace("topics", json::array(topics.begin(), topics.end()));
  return out;
}

document show_route(const rocketmq::topic_route& route) {
  table rows({{"BROKER"}, {"ADDRESS"}, {"CLUSTER"}, {"READ QUEUES", side::right}, {"WRITE QUEUES", side::right}, {"PERMISSION"}});
  json::array brokers;
  json::array queues;
  for (const auto& broker : route.brokers) {
    brokers.push_back({{"name", broker.name}, {"cluster", broker.cluster}, {"addresses", addresses_of(broker)}});
  }
  for (const auto& part : route.queues) {
    const auto* broker = find(route.brokers, part.broker_name);
    rows.add({part.broker_name, master_of(broker), broker == nullptr ? "-" : broker->cluster, std::to_string(part.read_queues),
              std::to_string(part.write_queues), show_permission(part.permission)});
    queues.push_back({{"broker", part.broker_name},
                      {"read_queues", part.read_queues},
                      {"write_queues", part.write_queues},
                      {"permission", part.permission}});
  }
  document out{.text = rows.text(), .json = {{"topic", route.topic}}};
  out.json.emplace("brokers", std::move(brokers));
  out.json.emplace("queues", std::move(queues));
  return out;
}

document show_status(const std::string& topic, const std::vector<rocketmq::queue_status>& queues) {
  table rows(
      {{"BROKER"}, {"QUEUE", side::right}, {"BEGIN", side::right}, {"END", side::right}, {"MESSAGES", side::right}, {"LAST STORED"}});
  json::array all;
  std::int64_t sum = 0;
  for (const auto& one : queues) {
    const auto messages = one.max_offset - one.min_offset;
    sum += messages;
    rows.add({one.queue.broker_name, std::to_string(one.queue.queue_id), std::to_string(one.min_offset),
              std::to_string(one.max_offset), std::to_string(messages), show_moment(one.last_stored_ms)});
    all.push_back({{"broker", one.queue.broker_name},
                   {"queue", one.queue.queue_id},
                   {"min_offset", one.min_offset},
                   {"max_offset", one.max_offset},
                   {"last_stored_ms", one.last_stored_ms}});
  }
  document out{.text = rows.text(), .json = {{"topic", topic}, {"messages", sum}}};
  out.text += fmt::format("\n{} messages in {} queues\n", sum, queues.size());
  out.json.emplace("queues", std::move(all));
  return out;
}

}  // namespace parley::cli
