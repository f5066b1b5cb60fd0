// Fields of requests about groups.
#include <parley/remoting/codec/requests/group.hpp>

#include "requests/field_codec.hpp"

namespace parley::remoting {
namespace {

constexpr auto describe_heartbeat_answer = [](auto& fields, auto& self) {
  fields.tolerated("IS_SUPPORT_HEART_BEAT_V2", self.supports_v2);
  fields.tolerated("IS_SUB_CHANGE", self.subscription_changed);
};

constexpr auto describe_unregister = [](auto& fields, auto& self) {
  fields.required("clientID", self.client_id);
  fields.optional("producerGroup", self.producer_group);
  fields.optional("consumerGroup", self.consumer_group);
};

constexpr auto describe_consumer_list = [](auto& fields, auto& self) { fields.required("consumerGroup", self.consumer_group); };

constexpr auto describe_consumers_changed = [](auto& fields, auto& self) { fields.required("consumerGroup", self.consumer_group); };

constexpr auto describe_reset_offset = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.required("group", self.group);
  fields.tolerated("timestamp", self.timestamp_ms);
  fields.tolerated("isForce", self.force);
};

constexpr auto describe_consumer_status = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.required("group", self.group);
  fields.optional("clientAddr", self.client_address);
};

constexpr auto describe_running_info = [](auto& fields, auto& self) {
  fields.required("consumerGroup", self.consumer_group);
  fields.required("clientId", self.client_id);
  fields.tolerated("jstackEnable", self.with_stacks);
};

constexpr auto describe_consume_directly = [](auto& fields, auto& self) {
  fields.required("consumerGroup", self.consumer_group);
  fields.optional("clientId", self.client_id);
  fields.optional("msgId", self.message_id);
  fields.optional("brokerName", self.broker_name);
  fields.optional("topic", self.topic);
  fields.optional("topicSysFlag", self.topic_sys_flag);
  fields.optional("groupSysFlag", self.group_sys_flag);
};

constexpr auto describe_group_config = [](auto& fields, auto& self) { fields.required("group", self.group); };

constexpr auto describe_all_groups = [](auto& fields, auto& self) {
  fields.optional("groupSeq", self.first);
  fields.optional("maxGroupNum", self.most);
  fields.optional("dataVersion", self.data_version);
};

constexpr auto describe_all_groups_answer = [](auto& fields, auto& self) { fields.optional("totalGroupNum", self.total); };

constexpr auto describe_delete_group = [](auto& fields, auto& self) {
  fields.required("groupName", self.group);
  fields.tolerated("cleanOffset", self.offsets_too);
};

constexpr auto describe_connections = [](auto& fields, auto& self) { fields.required("consumerGroup", self.consumer_group); };

constexpr auto describe_invoke_reset = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.required("group", self.group);
  fields.required("timestamp", self.timestamp_ms);
  fields.tolerated("isForce", self.force);
  fields.tolerated("queueId", self.queue_id);
  fields.tolerated("offset", self.offset);
};

constexpr auto describe_consume_stats = [](auto& fields, auto& self) {
  fields.required("consumerGroup", self.consumer_group);
  fields.optional("topic", self.topic);
};

}  // namespace

void heartbeat_response::write(ext_fields& out) const {
  field_writer writer(out);
  describe_heartbeat_answer(writer, *this);
}

result<heartbeat_response> heartbeat_response::read(const ext_fields& in) {
  return read_fields<heartbeat_response>(in, "answer to a heartbeat", describe_heartbeat_answer);
}

command unregister_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_unregister(writer, *this);
  return out;
}

result<unregister_request> unregister_request::read(const ext_fields& in) {
  return read_fields<unregister_request>(in, "unregister", describe_unregister);
}

command consumer_list_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_consumer_list(writer, *this);
  return out;
}

result<consumer_list_request> consumer_list_request::read(const ext_fields& in) {
  return read_fields<consumer_list_request>(in, "consumer list", describe_consumer_list);
}

command consumers_changed_request::to_command() const {
  command out{.code = code, .flag = command::oneway_flag};
  field_writer writer(out.fields);
  describe_consumers_changed(writer, *this);
  return out;
}

result<consumers_changed_request> consumers_changed_request::read(const ext_fields& in) {
  return read_fields<consumers_changed_request>(in, "consumers changed", describe_consumers_changed);
}

command reset_offset_request::to_command() const {
  command out{.code = code, .flag = command::oneway_flag};
  field_writer writer(out.fields);
  describe_reset_offset(writer, *this);
  return out;
}

result<reset_offset_request> reset_offset_request::read(const ext_fields& in) {
  return read_fields<reset_offset_request>(in, "reset offset", describe_reset_offset);
}

command consumer_status_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_consumer_status(writer, *this);
  return out;
}

result<consumer_status_request> consumer_status_request::read(const ext_fields& in) {
  return read_fields<consumer_status_request>(in, "consumer status", describe_consumer_status);
}

command running_info_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_running_info(writer, *this);
  return out;
}

result<running_info_request> running_info_request::read(const ext_fields& in) {
  return read_fields<running_info_request>(in, "running info", describe_running_info);
}

command consume_directly_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_consume_directly(writer, *this);
  return out;
}

result<consume_directly_request> consume_directly_request::read(const ext_fields& in) {
  return read_fields<consume_directly_request>(in, "consume directly", describe_consume_directly);
}

command group_config_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_group_config(writer, *this);
  return out;
}

result<group_config_request> group_config_request::read(const ext_fields& in) {
  return read_fields<group_config_request>(in, "group config", describe_group_config);
}

command all_groups_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_all_groups(writer, *this);
  return out;
}

result<all_groups_request> all_groups_request::read(const ext_fields& in) {
  return read_fields<all_groups_request>(in, "all groups", describe_all_groups);
}

void all_groups_response::write(ext_fields& out) const {
  field_writer writer(out);
  describe_all_groups_answer(writer, *this);
}

result<all_groups_response> all_groups_response::read(const ext_fields& in) {
  return read_fields<all_groups_response>(in, "answer to all groups", describe_all_groups_answer);
}

command delete_group_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_delete_group(writer, *this);
  return out;
}

result<delete_group_request> delete_group_request::read(const ext_fields& in) {
  return read_fields<delete_group_request>(in, "delete group", describe_delete_group);
}

command consumer_connections_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_connections(writer, *this);
  return out;
}

result<consumer_connections_request> consumer_connections_request::read(const ext_fields& in) {
  return read_fields<consumer_connections_request>(in, "consumer connections", describe_connections);
}

command invoke_reset_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_invoke_reset(writer, *this);
  return out;
}

result<invoke_reset_request> invoke_reset_request::read(const ext_fields& in) {
  return read_fields<invoke_reset_request>(in, "reset of offsets", describe_invoke_reset);
}

command consume_stats_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_consume_stats(writer, *this);
  return out;
}

result<consume_stats_request> consume_stats_request::read(const ext_fields& in) {
  return read_fields<consume_stats_request>(in, "consume stats", describe_consume_stats);
}

}  // namespace parley::remoting
