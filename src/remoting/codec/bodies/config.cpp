// Configuration as JSON.
#include <parley/remoting/codec/bodies/config.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

namespace parley::remoting {
namespace {

constexpr std::string_view topic_name = "topic config";
constexpr std::string_view group_name = "subscription group config";

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
  return write_body(group_name, [&](json_writer& json) {
    json.begin_object();
    write_attributes(json, attributes);
    json.member("brokerId", broker_id)
        .member("consumeBroadcastEnable", consume_broadcast_enable)
        .member("consumeEnable", consume_enable)
        .member("consumeFromMinEnable", consume_from_min_enable)
        .member("consumeMessageOrderly", consume_orderly)
        .member("consumeTimeoutMinute", consume_timeout_minutes)
        .member("groupName", std::string_view(group))
        .key("groupRetryPolicy")
        .begin_object()
        .member("type", "CUSTOMIZED")
        .end_object()
        .member("groupSysFlag", sys_flag)
        .member("notifyConsumerIdsChangedEnable", notify_consumers_changed)
        .member("retryMaxTimes", retry_max_times)
        .member("retryQueueNums", retry_queues)
        .member("whichBrokerWhenConsumeSlowly", which_broker_when_slow)
        .end_object();
  });
}

result<subscription_group_config> subscription_group_config::decode(byte_view in) {
  json_body body(in, group_name);
  const auto root = body.root();
  subscription_group_config out{.group = root.text("groupName")};
  out.consume_enable = root.boolean("consumeEnable", out.consume_enable);
  out.consume_from_min_enable = root.boolean("consumeFromMinEnable", out.consume_from_min_enable);
  out.consume_broadcast_enable = root.boolean("consumeBroadcastEnable", out.consume_broadcast_enable);
  out.consume_orderly = root.boolean("consumeMessageOrderly");
  out.retry_queues = root.int32("retryQueueNums", out.retry_queues);
  out.retry_max_times = root.int32("retryMaxTimes", out.retry_max_times);
  out.broker_id = root.int64("brokerId");
  out.which_broker_when_slow = root.int64("whichBrokerWhenConsumeSlowly", out.which_broker_when_slow);
  out.notify_consumers_changed = root.boolean("notifyConsumerIdsChangedEnable", out.notify_consumers_changed);
  out.sys_flag = root.int32("groupSysFlag");
  out.consume_timeout_minutes = root.int32("consumeTimeoutMinute", out.consume_timeout_minutes);
  out.attributes = read_attributes(root);
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
