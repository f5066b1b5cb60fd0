// Properties and header of a retry copy.
#include "consume/retry_copy.hpp"

#include "consume/retry.hpp"

#include <parley/base/bytes.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/requests/send.hpp>

#include <string>

namespace parley::rocketmq::consume {
namespace {

// Apache's name for the producer that a client sends its own messages with.
constexpr std::string_view inner_producer = "CLIENT_INNER_PRODUCER";

remoting::message_properties properties_of_copy(const received_message& message, std::int32_t delay_level) {
  remoting::message_properties out;
  for (const auto& [key, value] : message.properties) out.set(key, value);
  // These belong to the copy that was read: the broker would take the message for a half or a parked one.
  for (const auto* gone : {"TRAN_MSG", "REAL_TOPIC", "REAL_QID"}) out.erase(gone);
  out.set("RETRY_TOPIC", message.topic);
  if (out.text("ORIGIN_MESSAGE_ID").empty()) out.set("ORIGIN_MESSAGE_ID", message.offset_message_id);
  out.set("DELAY", std::to_string(delay_level));
  return out;
}

}  // namespace

result<remoting::command> copy_for_retry(const received_message& message, std::string_view group, std::int32_t reconsume_times,
                                         std::int32_t max_reconsume_times) {
  auto properties = remoting::encode_properties(properties_of_copy(message, retry_delay_level(reconsume_times - 1)));
  if (!properties) return std::move(properties).error();
  remoting::send_request request{.producer_group = std::string(inner_producer), .topic = retry_topic_of(group)};
  request.born_timestamp_ms = message.born_timestamp_ms;
  request.flag = message.flag;
  request.properties = std::move(*properties);
  request.reconsume_times = reconsume_times;
  request.max_reconsume_times = max_reconsume_times;
  const auto body = as_bytes(message.body);
  return request.to_command(bytes(body.begin(), body.end()));
}

}  // namespace parley::rocketmq::consume
