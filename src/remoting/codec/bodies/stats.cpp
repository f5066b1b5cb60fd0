// Statistics by queue as Java's JSON.
#include <parley/remoting/codec/bodies/stats.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

namespace parley::remoting {
namespace {

void write_value(json_writer& json, const topic_offset& in) {
  json.begin_object()
      .member("lastUpdateTimestamp", in.last_update_ms)
      .member("maxOffset", in.max_offset)
      .member("minOffset", in.min_offset)
      .end_object();
}

void write_value(json_writer& json, const consume_offset& in) {
  json.begin_object()
      .member("brokerOffset", in.broker_offset)
      .member("consumerOffset", in.consumer_offset)
      .member("lastTimestamp", in.last_timestamp_ms)
      .member("pullOffset", in.pull_offset)
      .end_object();
}

template <class Value>
void write_table(json_writer& json, const std::map<message_queue, Value>& queues) {
  json.key("offsetTable").begin_object();
  for (const auto& [queue, value] : queues) {
    write_queue(json, queue);
    json.end_key();
    write_value(json, value);
  }
  json.end_object();
}

/// Calls f(queue, its object).
template <class F>
void each_queue(const body_object& in, F f) {
  in.each_member("offsetTable", [&](std::string_view key, const boost::json::value& value) {
    f(in.body().queue_of_key(key), in.as_object("offsetTable", value));
  });
}

}  // namespace

result<bytes> topic_stats::encode() const {
  return write_body("topic stats", [&](json_writer& json) {
    json.begin_object();
    write_table(json, queues);
    json.member("topicPutTps", put_tps).end_object();
  });
}

result<topic_stats> topic_stats::decode(byte_view in) {
  json_body body(in, "topic stats");
  const auto root = body.root();
  topic_stats out{.put_tps = root.real("topicPutTps")};
  each_queue(root, [&](message_queue queue, const body_object& value) {
    out.queues.insert_or_assign(std::move(queue), topic_offset{.min_offset = value.int64("minOffset"),
                                                               .max_offset = value.int64("maxOffset"),
                                                               .last_update_ms = value.int64("lastUpdateTimestamp")});
  });
  return body.finish(std::move(out));
}

result<bytes> consume_stats::encode() const {
  return write_body("consume stats", [&](json_writer& json) {
    json.begin_object().member("consumeTps", tps);
    write_table(json, queues);
    json.end_object();
  });
}

result<consume_stats> consume_stats::decode(byte_view in) {
  json_body body(in, "consume stats");
  const auto root = body.root();
  consume_stats out{.tps = root.real("consumeTps")};
  each_queue(root, [&](message_queue queue, const body_object& value) {
    out.queues.insert_or_assign(std::move(queue), consume_offset{.broker_offset = value.int64("brokerOffset"),
                                                                 .consumer_offset = value.int64("consumerOffset"),
                                                                 .pull_offset = value.int64("pullOffset"),
                                                                 .last_timestamp_ms = value.int64("lastTimestamp")});
  });
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
