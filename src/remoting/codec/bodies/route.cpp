// Routes and clusters as JSON.
#include <parley/remoting/codec/bodies/route.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

#include <charconv>

namespace parley::remoting {
namespace {

constexpr std::string_view route_name = "route";
constexpr std::string_view cluster_name = "cluster info";

broker_data read_broker(const body_object& in) {
  broker_data out{.cluster = in.text("cluster"), .broker_name = in.text("brokerName")};
  out.enable_acting_master = in.boolean("enableActingMaster");
  in.each_member("brokerAddrs", [&](std::string_view key, const boost::json::value& value) {
    std::int64_t id{};
    const auto [stop, failure] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (failure != std::errc{} || stop != key.data() + key.size()) return in.body().refuse("a key of brokerAddrs", "a number");
    out.addresses.insert_or_assign(id, in.as_text("brokerAddrs", value));
  });
  return out;
}

void write_broker(json_writer& json, const broker_data& in) {
  json.begin_object().key("brokerAddrs").begin_object();
  for (const auto& [id, address] : in.addresses) json.member(std::to_string(id), std::string_view(address));
  json.end_object()
      .member("brokerName", std::string_view(in.broker_name))
      .member("cluster", std::string_view(in.cluster))
      .member("enableActingMaster", in.enable_acting_master)
      .end_object();
}

queue_data read_queues(const body_object& in) {
  queue_data out{.broker_name = in.text("brokerName")};
  out.read_queues = in.int32("readQueueNums");
  out.write_queues = in.int32("writeQueueNums");
  out.perm = in.int32("perm");
  out.sys_flag = in.int32("topicSysFlag", in.int32("topicSynFlag"));  // the second is an old server's spelling
  return out;
}

void write_queues(json_writer& json, const queue_data& in) {
  json.begin_object()
      .member("brokerName", std::string_view(in.broker_name))
      .member("perm", in.perm)
      .member("readQueueNums", in.read_queues)
      .member("topicSysFlag", in.sys_flag)
      .member("writeQueueNums", in.write_queues)
      .end_object();
}

}  // namespace

result<bytes> topic_route::encode() const {
  return write_body(route_name, [&](json_writer& json) {
    json.begin_object().key("brokerDatas").begin_array();
    for (const auto& broker : brokers) write_broker(json, broker);
    json.end_array().key("filterServerTable").begin_object().end_object();
    if (order_conf) json.member("orderTopicConf", std::string_view(*order_conf));
    json.key("queueDatas").begin_array();
    for (const auto& queue : queues) write_queues(json, queue);
    json.end_array().end_object();
  });
}

result<topic_route> topic_route::decode(byte_view in) {
  json_body body(in, route_name);
  const auto root = body.root();
  topic_route out;
  out.order_conf = root.optional_text("orderTopicConf");
  root.each("brokerDatas", [&](const body_object& broker) { out.brokers.push_back(read_broker(broker)); });
  root.each("queueDatas", [&](const body_object& queue) { out.queues.push_back(read_queues(queue)); });
  return body.finish(std::move(out));
}

result<bytes> cluster_info::encode() const {
  return write_body(cluster_name, [&](json_writer& json) {
    json.begin_object().key("brokerAddrTable").begin_object();
    for (const auto& [name, broker] : brokers) {
      json.key(name);
      write_broker(json, broker);
    }
    json.end_object().key("clusterAddrTable").begin_object();
    for (const auto& [cluster, names] : clusters) write_texts(json, cluster, names);
    json.end_object().end_object();
  });
}

result<cluster_info> cluster_info::decode(byte_view in) {
  json_body body(in, cluster_name);
  const auto root = body.root();
  cluster_info out;
  root.each_member("brokerAddrTable", [&](std::string_view name, const boost::json::value& value) {
    out.brokers.insert_or_assign(std::string(name), read_broker(root.as_object("brokerAddrTable", value)));
  });
  const auto clusters = root.object("clusterAddrTable");
  root.each_member("clusterAddrTable", [&](std::string_view cluster, const boost::json::value&) {
    out.clusters.insert_or_assign(std::string(cluster), clusters.texts(cluster));
  });
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
