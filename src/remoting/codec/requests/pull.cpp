// Fields of pulls and queries.
#include <parley/remoting/codec/requests/pull.hpp>

#include "requests/field_codec.hpp"

namespace parley::remoting {
namespace {

constexpr auto describe_pull = [](auto& fields, auto& self) {
  fields.required("consumerGroup", self.consumer_group);
  fields.required("topic", self.topic);
  fields.required("queueId", self.queue_id);
  fields.required("queueOffset", self.queue_offset);
  fields.required("maxMsgNums", self.max_messages);
  fields.required("sysFlag", self.sys_flag);
  fields.tolerated("commitOffset", self.commit_offset);
  fields.tolerated("suspendTimeoutMillis", self.suspend_timeout_ms);
  fields.optional("subscription", self.subscription);
  fields.tolerated("subVersion", self.sub_version);
  fields.optional("expressionType", self.expression_type);
  fields.optional("maxMsgBytes", self.max_bytes);
  fields.optional("bname", self.broker_name);
};

constexpr auto describe_answer = [](auto& fields, auto& self) {
  fields.required("suggestWhichBrokerId", self.suggested_broker_id);
  fields.required("nextBeginOffset", self.next_begin_offset);
  fields.required("minOffset", self.min_offset);
  fields.required("maxOffset", self.max_offset);
  fields.optional("offsetDelta", self.offset_delta);
  fields.optional("topicSysFlag", self.topic_sys_flag);
  fields.optional("groupSysFlag", self.group_sys_flag);
  fields.optional("forbiddenType", self.forbidden_type);
};

constexpr auto describe_query = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.required("key", self.key);
  fields.required("maxNum", self.max_messages);
  fields.required("beginTimestamp", self.begin_ms);
  fields.required("endTimestamp", self.end_ms);
  fields.tolerated("_UNIQUE_KEY_QUERY", self.unique_key);
};

constexpr auto describe_view = [](auto& fields, auto& self) {
  fields.required("offset", self.physical_offset);
  fields.optional("topic", self.topic);
};

}  // namespace

command pull_request::to_command() const {
  command out{.code = code};
  out.fields.reserve(13);
  field_writer writer(out.fields);
  describe_pull(writer, *this);
  return out;
}

result<pull_request> pull_request::read(const ext_fields& in) { return read_fields<pull_request>(in, "pull", describe_pull); }

void pull_response::write(ext_fields& out) const {
  field_writer writer(out);
  describe_answer(writer, *this);
}

result<pull_response> pull_response::read(const ext_fields& in) {
  return read_fields<pull_response>(in, "answer to a pull", describe_answer);
}

command query_message_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_query(writer, *this);
  return out;
}

result<query_message_request> query_message_request::read(const ext_fields& in) {
  return read_fields<query_message_request>(in, "query message", describe_query);
}

command view_message_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_view(writer, *this);
  return out;
}

result<view_message_request> view_message_request::read(const ext_fields& in) {
  return read_fields<view_message_request>(in, "view message", describe_view);
}

}  // namespace parley::remoting
