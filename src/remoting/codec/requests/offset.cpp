// Fields of requests about offsets.
#include <parley/remoting/codec/requests/offset.hpp>

#include "requests/field_codec.hpp"

namespace parley::remoting {
namespace {

constexpr auto describe_query_consumer_offset = [](auto& fields, auto& self) {
  fields.required("consumerGroup", self.consumer_group);
  fields.required("topic", self.topic);
  fields.required("queueId", self.queue_id);
  fields.optional("setZeroIfNotFound", self.set_zero_if_not_found);
  fields.optional("bname", self.broker_name);
};

constexpr auto describe_update_consumer_offset = [](auto& fields, auto& self) {
  fields.required("consumerGroup", self.consumer_group);
  fields.required("topic", self.topic);
  fields.required("queueId", self.queue_id);
  fields.required("commitOffset", self.commit_offset);
  fields.optional("bname", self.broker_name);
};

constexpr auto describe_max_offset = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.required("queueId", self.queue_id);
  fields.optional("committed", self.committed);
  fields.optional("bname", self.broker_name);
};

constexpr auto describe_min_offset = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.required("queueId", self.queue_id);
  fields.optional("bname", self.broker_name);
};

constexpr auto describe_search_offset = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.required("queueId", self.queue_id);
  fields.required("timestamp", self.timestamp_ms);
  fields.optional("boundaryType", self.boundary_type);
  fields.optional("bname", self.broker_name);
};

constexpr auto describe_offset_answer = [](auto& fields, auto& self) { fields.required("offset", self.offset); };

}  // namespace

command query_consumer_offset_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_query_consumer_offset(writer, *this);
  return out;
}

result<query_consumer_offset_request> query_consumer_offset_request::read(const ext_fields& in) {
  return read_fields<query_consumer_offset_request>(in, "query consumer offset", describe_query_consumer_offset);
}

command update_consumer_offset_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_update_consumer_offset(writer, *this);
  return out;
}

result<update_consumer_offset_request> update_consumer_offset_request::read(const ext_fields& in) {
  return read_fields<update_consumer_offset_request>(in, "update consumer offset", describe_update_consumer_offset);
}

command max_offset_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_max_offset(writer, *this);
  return out;
}

result<max_offset_request> max_offset_request::read(const ext_fields& in) {
  return read_fields<max_offset_request>(in, "max offset", describe_max_offset);
}

command min_offset_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_min_offset(writer, *this);
  return out;
}

result<min_offset_request> min_offset_request::read(const ext_fields& in) {
  return read_fields<min_offset_request>(in, "min offset", describe_min_offset);
}

command search_offset_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_search_offset(writer, *this);
  return out;
}

result<search_offset_request> search_offset_request::read(const ext_fields& in) {
  return read_fields<search_offset_request>(in, "search offset", describe_search_offset);
}

void offset_response::write(ext_fields& out) const {
  field_writer writer(out);
  describe_offset_answer(writer, *this);
}

result<offset_response> offset_response::read(const ext_fields& in) {
  return read_fields<offset_response>(in, "answer with an offset", describe_offset_answer);
}

}  // namespace parley::remoting
