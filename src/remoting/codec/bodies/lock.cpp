// Locks as JSON.
#include <parley/remoting/codec/bodies/lock.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

namespace parley::remoting {
namespace {

constexpr std::string_view request_name = "lock request";
constexpr std::string_view answer_name = "answer to a lock";

void write_queues(json_writer& json, std::string_view name, const std::vector<message_queue>& queues) {
  json.key(name).begin_array();
  for (const auto& queue : queues) write_queue(json, queue);
  json.end_array();
}

std::vector<message_queue> read_queues(const body_object& in, std::string_view name) {
  std::vector<message_queue> out;
  in.each(name, [&](const body_object& queue) { out.push_back(queue.queue()); });
  return out;
}

}  // namespace

result<bytes> lock_request::encode() const {
  return write_body(request_name, [&](json_writer& json) {
    json.begin_object().member("clientId", std::string_view(client_id)).member("consumerGroup", std::string_view(consumer_group));
    write_queues(json, "mqSet", queues);
    json.member("onlyThisBroker", only_this_broker).end_object();
  });
}

result<lock_request> lock_request::decode(byte_view in) {
  json_body body(in, request_name);
  const auto root = body.root();
  lock_request out{.consumer_group = root.text("consumerGroup"), .client_id = root.text("clientId")};
  out.queues = read_queues(root, "mqSet");
  out.only_this_broker = root.boolean("onlyThisBroker");
  return body.finish(std::move(out));
}

result<bytes> lock_response::encode() const {
  return write_body(answer_name, [&](json_writer& json) {
    json.begin_object();
    write_queues(json, "lockOKMQSet", locked);
    json.end_object();
  });
}

result<lock_response> lock_response::decode(byte_view in) {
  json_body body(in, answer_name);
  lock_response out{.locked = read_queues(body.root(), "lockOKMQSet")};
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
