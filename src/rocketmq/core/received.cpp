// Conversion of pulled messages.
#include "core/received.hpp"

#include "core/names.hpp"

#include <parley/base/bytes.hpp>

namespace parley::rocketmq::core {

std::string offset_message_id(const remoting::message_host& store_host, std::int64_t commit_log_offset) {
  bytes raw;
  byte_writer out(raw);
  out.append(byte_view(store_host.address).first(store_host.ipv6 ? 16 : 4));
  out.write(store_host.port);
  out.write(commit_log_offset);
  return to_hex(raw);
}

received_message to_received(remoting::stored_message&& in, const message_queue& from) {
  received_message out;
  out.queue = from;
  out.queue_offset = in.queue_offset;
  out.topic = std::move(in.topic);
  out.body.assign(as_text(in.body));
  for (const auto& [key, value] : in.properties) out.properties.emplace(key, value);
  out.tag = out.property("TAGS");
  out.keys = out.property("KEYS");
  const auto original = out.property("RETRY_TOPIC");
  if (!original.empty() && out.topic.starts_with(retry_topic_prefix)) out.topic = original;
  out.offset_message_id = offset_message_id(in.store_host, in.physical_offset);
  const auto unique = out.property("UNIQ_KEY");
  out.message_id = unique.empty() ? out.offset_message_id : std::string(unique);
  out.born_timestamp_ms = in.born_timestamp_ms;
  out.store_timestamp_ms = in.store_timestamp_ms;
  out.reconsume_times = in.reconsume_times;
  out.flag = in.flag;
  out.sys_flag = in.sys_flag;
  out.commit_log_offset = in.physical_offset;
  return out;
}

}  // namespace parley::rocketmq::core
