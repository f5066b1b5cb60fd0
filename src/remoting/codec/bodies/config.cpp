// Configuration as JSON.
#include <parley/remoting/codec/bodies/config.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

namespace parley::remoting {
namespace {

constexpr std::string_view topic_name = "topic config";
constexpr std::string_view group_name = "subscription group config";
constexpr std::string_view groups_name = "subscription groups";

void write_attributes(json_writer& json, const std::map<std::string, std::string>& attributes) {
  json.key("attributes").begin_object();
  for (const auto& [key, value] : attributes) json.member(key, std::string_view(value));
  json.end_object();
}

std::map<std::string, std::string> read_attributes(const body_object& in) {
  std::map<std::string, std::string> out;
  in.each_member("attributes", [&](std::string_view key, const boost::json::value& value) {
    out.insert_or_assign(std::string(key), in.as_text("attributes", value));
  });
  return out;
}

void write_group(json_writer& json, const subscription_group_config& in) {
  json.begin_object();
  write_attributes(json, in.attributes);
  json.member("brokerId", in.broker_id)
      .member("consumeBroadcastEnable", in.consume_broadcast_enable)
      .member("consumeEnable", in.consume_enable)
      .member("consumeFromMinEnable", in.consume_from_min_enable)
      .member("consumeMessageOrderly", in.consume_orderly)
      .member("consumeTimeoutMinute", in.consume_timeout_minutes)
      .member("groupName", std::string_view(in.group))
      .key("groupRetryPolicy")
      .begin_object()
      .member("type", "CUSTOMIZED")
      .end_object()
      .member("groupSysFlag", in.sys_flag)
      .member("notifyConsumerIdsChangedEnable", in.notify_consumers_changed)
      .member("retryMaxTimes", in.retry_max_times)
      .member("retryQueueNums", in.retry_queues)
      .member("whichBrokerWhenConsumeSlowly", in.which_broker_when_slow)
      .end_object();
}

subscription_group_config read_group(const body_object& in) {
  subscription_group_config out{.group = in.text("groupName")};
  out.consume_enable = in.boolean("consumeEnable", out.consume_enable);
  out.consume_from_min_enable = in.boolean("consumeFromMinEnable", out.consume_from_min_enable);
  out.consume_broadcast_enable = in.boolean("consumeBroadcastEnable", out.consume_broadcast_enable);
  out.consume_orderly = in.boolean("consumeMessageOrderly");
  out.retry_queues = in.int32("retryQueueNums", out.retry_queues);
  out.retry_max_times = in.int32("retryMaxTimes", out.retry_max_times);
  out.broker_id = in.int64("brokerId");
  out.which_broker_when_slow = in.int64("whichBrokerWhenConsumeSlowly", out.which_broker_when_slow);
  out.notify_consumers_changed = in.boolean("notifyConsumerIdsChangedEnable", out.notify_consumers_changed);
  out.sys_flag = in.int32("groupSysFlag");
  out.consume_timeout_minutes = in.int32("consumeTimeoutMinute", out.consume_timeout_minutes);
  out.attributes = read_attributes(in);
  return out;
}

}  // namespace

result<bytes> topic_config::encode() const {
  return write_body(topic_name, [&](json_writer& json) {
    json.begin_object();
    write_attributes(json, attributes);
    json.member("order", order)
        .member("perm", perm)
        .member("readQueueNums", read_queues)
        .member("topicFilterType", std::string_view(filter_type))
        .member("topicName", std::string_view(topic))
        .member("topicSysFlag", sys_flag)
        .member("writeQueueNums", write_queues)
        .end_object();
  });
}

result<topic_config> topic_config::decode(byte_view in) {
  json_body body(in, topic_name);
  const auto root = body.root();
  topic_config out{.topic = root.text("topicName")};
  out.read_queues = root.int32("readQueueNums", out.read_queues);
  out.write_queues = root.int32("writeQueueNums", out.write_queues);
  out.perm = root.int32("perm", out.perm);
  out.filter_type = root.optional_text("topicFilterType").value_or(out.filter_type);
  out.sys_flag = root.int32("topicSysFlag");
  out.order = root.boolean("order");
  out.attributes = read_attributes(root);
  return body.finish(std::move(out));
}

result<bytes> subscription_group_config::encode() const {
  return write_body(group_name, [&](json_writer& json) { write_group(json, *this); });
}

result<subscription_group_config> subscription_group_config::decode(byte_view in) {
  json_body body(in, group_name);
  auto out = read_group(body.root());
  return body.finish(std::move(out));
}

std::string data_version::to_string() const {
  return fmt::format(R"({{"counter":{},"stateVersion":{},"timestamp":{}}})", counter, state_version, timestamp_ms);
}

result<bytes> subscription_groups::encode() const {
  return write_body(groups_name, [&](json_writer& json) {
    json.begin_object()
        .key("dataVersion")
        .begin_object()
        .member("counter", version.counter)
        .member("stateVersion", version.state_version)
        .member("timestamp", version.timestamp_ms)
        .end_object()
        .key("forbiddenTable")
        .begin_object()
        .end_object()
        .key("subscriptionGroupTable")
        .begin_object();
    for (const auto& [name, group] : groups) {
      json.key(name);
      write_group(json, group);
    }
    json.end_object().end_object();
  });
}

result<subscription_groups> subscription_groups::decode(byte_view in) {
  json_body body(in, groups_name);
  const auto root = body.root();
  const auto version = root.object("dataVersion");
  subscription_groups out;
  out.version = {.counter = version.int64("counter"),
                 .state_version = version.int64("stateVersion"),
                 .timestamp_ms = version.int64("timestamp")};
  root.each_member("subscriptionGroupTable", [&](std::string_view name, const boost::json::value& value) {
    out.groups.insert_or_assign(std::string(name), read_group(root.as_object("subscriptionGroupTable", value)));
  });
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
