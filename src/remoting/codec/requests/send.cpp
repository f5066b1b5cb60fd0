// Fields of sends, by name and by letter.
#include <parley/remoting/codec/requests/send.hpp>

#include "requests/field_codec.hpp"

namespace parley::remoting {
namespace {

struct send_names {
  std::string_view producer_group, topic, default_topic, default_topic_queues, queue_id, sys_flag, born_timestamp, flag,
      properties, reconsume_times, unit_mode, max_reconsume_times, batch, broker_name;
};

constexpr send_names by_name{"producerGroup", "topic", "defaultTopic", "defaultTopicQueueNums", "queueId",  "sysFlag",
                             "bornTimestamp", "flag",  "properties",   "reconsumeTimes",        "unitMode", "maxReconsumeTimes",
                             "batch",         "bname"};
constexpr send_names by_letter{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"};

constexpr std::int32_t send_reply_message = 324;

const send_names& names_of(std::int32_t code) noexcept {
  return code == request_code::send_message || code == send_reply_message ? by_name : by_letter;
}

constexpr auto describe_send = [](auto& fields, auto& self, const send_names& names) {
  fields.required(names.producer_group, self.producer_group);
  fields.required(names.topic, self.topic);
  fields.tolerated(names.default_topic, self.default_topic);
  fields.tolerated(names.default_topic_queues, self.default_topic_queues);
  fields.required(names.queue_id, self.queue_id);
  fields.required(names.sys_flag, self.sys_flag);
  fields.required(names.born_timestamp, self.born_timestamp_ms);
  fields.required(names.flag, self.flag);
  fields.tolerated(names.properties, self.properties);
  fields.tolerated(names.reconsume_times, self.reconsume_times);
  fields.tolerated(names.unit_mode, self.unit_mode);
  fields.optional(names.max_reconsume_times, self.max_reconsume_times);
  fields.tolerated(names.batch, self.batch);
  fields.optional(names.broker_name, self.broker_name);
};

constexpr auto describe_answer = [](auto& fields, auto& self) {
  fields.required("msgId", self.message_id);
  fields.required("queueId", self.queue_id);
  fields.required("queueOffset", self.queue_offset);
  fields.optional("transactionId", self.transaction_id);
  fields.optional("batchUniqId", self.batch_unique_id);
  fields.optional("recallHandle", self.recall_handle);
  fields.optional("MSG_REGION", self.region);
  fields.optional("TRACE_ON", self.trace_on);
};

constexpr auto describe_back = [](auto& fields, auto& self) {
  fields.required("offset", self.physical_offset);
  fields.required("group", self.group);
  fields.required("delayLevel", self.delay_level);
  fields.optional("originMsgId", self.origin_message_id);
  fields.optional("originTopic", self.origin_topic);
  fields.tolerated("unitMode", self.unit_mode);
  fields.optional("maxReconsumeTimes", self.max_reconsume_times);
  fields.optional("bname", self.broker_name);
};

}  // namespace

command send_request::to_command(bytes body, std::int32_t code) const {
  command out{.code = code, .body = std::move(body)};
  out.fields.reserve(14);
  field_writer writer(out.fields);
  describe_send(writer, *this, names_of(code));
  if (code == request_code::send_batch_message) out.fields.set(by_letter.batch, true);
  return out;
}

result<send_request> send_request::read(const command& in) {
  auto out = read_fields<send_request>(in.fields, "send",
                                       [&](auto& fields, auto& self) { describe_send(fields, self, names_of(in.code)); });
  if (out && in.code == request_code::send_batch_message) out->batch = true;
  return out;
}

void send_response::write(ext_fields& out) const {
  field_writer writer(out);
  describe_answer(writer, *this);
}

result<send_response> send_response::read(const ext_fields& in) {
  return read_fields<send_response>(in, "answer to a send", describe_answer);
}

command send_back_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_back(writer, *this);
  return out;
}

result<send_back_request> send_back_request::read(const ext_fields& in) {
  return read_fields<send_back_request>(in, "send back", describe_back);
}

}  // namespace parley::remoting
