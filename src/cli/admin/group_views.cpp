// Groups as people and programs are shown them.
#include "admin/group_views.hpp"

#include "admin/moment.hpp"
#include "admin/table.hpp"
#include "terminal/harmless.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace parley::cli {
namespace {

namespace json = boost::json;
using side = table::side;

}  // namespace

document show_groups(const std::vector<std::string>& groups) {
  document out;
  for (const auto& group : groups) out.text += harmless(group) + "\n";
  out.json.emplace("groups", json::array(groups.begin(), groups.end()));
  return out;
}

document show_progress(const std::string& group, const rocketmq::group_progress& progress) {
  table rows({{"TOPIC"},
              {"BROKER"},
              {"QUEUE", side::right},
              {"COMMITTED", side::right},
              {"END", side::right},
              {"LAG", side::right},
              {"LAST CONSUMED"}});
  json::array queues;
  for (const auto& one : progress.queues) {
    rows.add({one.queue.topic, one.queue.broker_name, std::to_string(one.queue.queue_id), std::to_string(one.consumer_offset),
              std::to_string(one.broker_offset), std::to_string(one.lag()), show_moment(one.last_consumed_ms)});
    queues.push_back({{"topic", one.queue.topic},
                      {"broker", one.queue.broker_name},
                      {"queue", one.queue.queue_id},
                      {"consumer_offset", one.consumer_offset},
                      {"broker_offset", one.broker_offset},
                      {"lag", one.lag()},
                      {"last_consumed_ms", one.last_consumed_ms}});
  }
  document out{.text = rows.text(), .json = {{"group", group}, {"lag", progress.lag()}}};
  if (progress.queues.empty()) {
    out.text = fmt::format("the group {} has committed nothing\n", harmless(group));
  } else {
    out.text += fmt::format("\nlag {} in {} queues, {:.1f} messages a second consumed\n", progress.lag(), progress.queues.size(),
                            progress.consumed_per_second);
  }
  out.json.emplace("consumed_per_second", progress.consumed_per_second);
  out.json.emplace("queues", std::move(queues));
  return out;
}

document show_positions(const std::string& group, const std::string& topic, std::int64_t to_ms,
                        const std::vector<rocketmq::queue_position>& positions) {
  table rows({{"BROKER"}, {"QUEUE", side::right}, {"GOES ON AT", side::right}});
  json::array queues;
  for (const auto& one : positions) {
    rows.add({one.queue.broker_name, std::to_string(one.queue.queue_id), std::to_string(one.offset)});
    queues.push_back({{"broker", one.queue.broker_name}, {"queue", one.queue.queue_id}, {"offset", one.offset}});
  }
  document out{.text = rows.text(), .json = {{"group", group}, {"topic", topic}, {"to_ms", to_ms}}};
  out.json.emplace("queues", std::move(queues));
  return out;
}

document show_connections(const std::string& group, const rocketmq::group_connections& connections) {
  table clients({{"CLIENT"}, {"ADDRESS"}, {"LANGUAGE"}, {"VERSION"}});
  json::array connected;
  for (const auto& one : connections.clients) {
    clients.add({one.client_id, one.address, one.language, one.version});
    connected.push_back(
        {{"client_id", one.client_id}, {"address", one.address}, {"language", one.language}, {"version", one.version}});
  }
  table subscriptions({{"TOPIC"}, {"SUBSCRIPTION"}});
  json::object subscribed;
  for (const auto& [topic, expression] : connections.subscriptions) {
    subscriptions.add({topic, expression});
    subscribed.emplace(topic, expression);
  }
  document out{.text = {}, .json = {{"group", group}}};
  out.json.emplace("members", connections.clients.size());
  if (connections.clients.empty()) {
    out.text = fmt::format("nobody consumes as {}\n", harmless(group));
  } else {
    const auto* model = connections.broadcasting ? "broadcasting" : "clustering";
    const auto* type = connections.push ? "push" : "pull";
    out.text = fmt::format("{}\n{}\n{} members, {}, {}\n", clients.text(), subscriptions.text(), connections.clients.size(), type,
                           model);
    out.json.emplace("type", type);
    out.json.emplace("model", model);
  }
  out.json.emplace("clients", std::move(connected));
  out.json.emplace("subscriptions", std::move(subscribed));
  return out;
}

}  // namespace parley::cli
