// Fields of requests about topics.
#include <parley/remoting/codec/requests/topic.hpp>

#include "requests/field_codec.hpp"

namespace parley::remoting {
namespace {

constexpr auto describe_route = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.tolerated("acceptStandardJsonOnly", self.standard_json_only);
};

constexpr auto describe_create_topic = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.tolerated("defaultTopic", self.default_topic);
  fields.required("readQueueNums", self.read_queues);
  fields.required("writeQueueNums", self.write_queues);
  fields.tolerated("perm", self.perm);
  fields.tolerated("topicFilterType", self.filter_type);
  fields.tolerated("topicSysFlag", self.sys_flag);
  fields.tolerated("order", self.order);
  fields.optional("attributes", self.attributes);
  fields.optional("force", self.force);
};

constexpr auto describe_delete_topic_in_broker = [](auto& fields, auto& self) { fields.required("topic", self.topic); };

constexpr auto describe_delete_topic_in_namesrv = [](auto& fields, auto& self) {
  fields.required("topic", self.topic);
  fields.optional("clusterName", self.cluster);
};

constexpr auto describe_topic_config = [](auto& fields, auto& self) { fields.required("topic", self.topic); };

constexpr auto describe_topic_stats = [](auto& fields, auto& self) { fields.required("topic", self.topic); };

}  // namespace

command route_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_route(writer, *this);
  return out;
}

result<route_request> route_request::read(const ext_fields& in) {
  auto out = read_fields<route_request>(in, "route", describe_route);
  // The member's initial value is for those who ask; a peer that does not say so reads Java's JSON.
  if (out && in.find("acceptStandardJsonOnly") == nullptr) out->standard_json_only = false;
  return out;
}

command create_topic_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_create_topic(writer, *this);
  return out;
}

result<create_topic_request> create_topic_request::read(const ext_fields& in) {
  return read_fields<create_topic_request>(in, "create topic", describe_create_topic);
}

command delete_topic_in_broker_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_delete_topic_in_broker(writer, *this);
  return out;
}

result<delete_topic_in_broker_request> delete_topic_in_broker_request::read(const ext_fields& in) {
  return read_fields<delete_topic_in_broker_request>(in, "delete topic", describe_delete_topic_in_broker);
}

command delete_topic_in_namesrv_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_delete_topic_in_namesrv(writer, *this);
  return out;
}

result<delete_topic_in_namesrv_request> delete_topic_in_namesrv_request::read(const ext_fields& in) {
  return read_fields<delete_topic_in_namesrv_request>(in, "delete topic", describe_delete_topic_in_namesrv);
}

command topic_config_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_topic_config(writer, *this);
  return out;
}

result<topic_config_request> topic_config_request::read(const ext_fields& in) {
  return read_fields<topic_config_request>(in, "topic config", describe_topic_config);
}

command topic_stats_request::to_command() const {
  command out{.code = code};
  field_writer writer(out.fields);
  describe_topic_stats(writer, *this);
  return out;
}

result<topic_stats_request> topic_stats_request::read(const ext_fields& in) {
  return read_fields<topic_stats_request>(in, "topic stats", describe_topic_stats);
}

}  // namespace parley::remoting
