// Checking and encoding of messages to send.
#include "produce/prepared_message.hpp"

#include "core/names.hpp"

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/compression.hpp>
#include <parley/remoting/codec/message.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::rocketmq::produce {
namespace {

constexpr std::int32_t most_delay_level = 18;
constexpr std::string_view separators("\x01\x02", 2);

// Sorted: looked up by bisection.
constexpr std::array<std::string_view, 52> reserved{
    "1ST_POP_TIME", "ARRIVE_TIME", "BORN_TIMESTAMP", "BUYER_ID", "CHECK_IMMUNITY_TIME_IN_SECONDS", "CLUSTER", "CONSUME_START_TIME",
    "CORRECTION_FLAG", "CORRELATION_ID", "DELAY", "DLQ_ORIGIN_MESSAGE_ID", "DLQ_ORIGIN_TOPIC", "EXTEND_UNIQ_INFO",
    "INNER_BASE", "INNER_MULTI_DISPATCH", "INNER_MULTI_QUEUE_OFFSET", "INNER_NUM", "INSTANCE_ID", "KEYS", "MAX_OFFSET",
    "MAX_RECONSUME_TIMES", "MIN_OFFSET", "MQ2_FLAG", "MSG_REGION", "MSG_TYPE", "ORIGIN_MESSAGE_ID", "PGROUP", "POP_CK",
    "PUSH_REPLY_TIME", "REAL_QID", "REAL_TOPIC", "RECONSUME_TIME", "REDIRECT", "REPLY_TO_CLIENT", "RETRY_TOPIC", "TAGS",
    "TIMER_DELAY_MS", "TIMER_DELAY_SEC", "TIMER_DELIVER_MS", "TIMER_OUT_MS", "TRACE_CONTEXT", "TRACE_ON", "TRANSACTION_CHECK_TIMES",
    "TRANSFER_FLAG", "TRAN_MSG", "TRAN_PREPARED_QUEUE_OFFSET", "TTL", "UNIQ_KEY", "WAIT", "__BORNHOST", "__CRC32#", "__transactionId__"};
static_assert(std::is_sorted(reserved.begin(), reserved.end()));

result<void> check_text(std::string_view what, std::string_view text) {
  if (text.find_first_of(separators) == std::string_view::npos) return {};
  return fail(errc::invalid_argument, fmt::format("{} holds a \\x01 or \\x02, which separate properties on the wire", what));
}

result<void> check_body(std::string_view body) {
  if (body.empty()) return fail(errc::invalid_argument, "the message's body is empty");
  if (body.size() > limits::message_body_bytes) {
    return fail(errc::too_large, fmt::format("the message's body has {} bytes, a broker takes {}", body.size(), limits::message_body_bytes));
  }
  return {};
}

result<void> check_user_property(std::string_view name, std::string_view value) {
  if (name.empty()) return fail(errc::invalid_argument, "a property's name is empty");
  if (is_reserved_property(name)) {
    return fail(errc::invalid_argument, fmt::format("the property name \"{}\" is RocketMQ's own", name));
  }
  if (auto checked = check_text("a property's name", name); !checked) return checked;
  return check_text(fmt::format("the property \"{}\"", name), value);
}

result<void> check(const message& what) {
  if (auto checked = core::check_topic(what.topic); !checked) return checked;
  if (auto checked = check_body(what.body); !checked) return checked;
  if (auto checked = check_text("the tag", what.tag); !checked) return checked;
  if (what.tag.find("||") != std::string::npos) return fail(errc::invalid_argument, "the tag holds \"||\": a message has one tag at most");
  for (const auto& key : what.keys) {
    if (auto checked = check_text("a key", key); !checked) return checked;
  }
  for (const auto& [name, value] : what.properties) {
    if (auto checked = check_user_property(name, value); !checked) return checked;
  }
  if (what.delay_level < 0 || what.delay_level > most_delay_level) {
    return fail(errc::invalid_argument, fmt::format("the delay level is {}, 0 to {} exist", what.delay_level, most_delay_level));
  }
  return {};
}

std::string joined(const std::vector<std::string>& keys) {
  std::string out;
  for (const auto& key : keys) {
    if (key.empty()) continue;
    if (!out.empty()) out += ' ';
    out += key;
  }
  return out;
}

result<std::string> encoded_properties(const message& what, std::string_view unique_key) {
  remoting::message_properties out;
  for (const auto& [name, value] : what.properties) out.set(name, value);
  if (!what.tag.empty()) out.set("TAGS", what.tag);
  if (auto keys = joined(what.keys); !keys.empty()) out.set("KEYS", keys);
  if (what.delay_level > 0) out.set("DELAY", std::to_string(what.delay_level));
  out.set("UNIQ_KEY", unique_key);
  out.set("WAIT", "true");
  return remoting::encode_properties(out);
}

void compress(prepared_message& out, std::size_t from_bytes) {
  if (from_bytes == 0 || out.body.size() < from_bytes) return;
  auto smaller = remoting::deflate(out.body);
  if (!smaller || smaller->size() >= out.body.size()) return;
  out.body = std::move(*smaller);
  out.sys_flag |= remoting::flags_of(remoting::compression::zlib);
}

}  // namespace

bool is_reserved_property(std::string_view name) noexcept { return std::binary_search(reserved.begin(), reserved.end(), name); }

result<prepared_message> prepare(message&& what, std::string unique_key, std::int64_t born_timestamp_ms, std::size_t compress_from_bytes) {
  if (auto checked = check(what); !checked) return checked.error();
  auto properties = encoded_properties(what, unique_key);
  if (!properties) return properties.error();
  prepared_message out;
  out.topic = std::move(what.topic);
  out.unique_key = std::move(unique_key);
  out.queue_key = std::move(what.queue_key);
  out.properties = std::move(*properties);
  const auto body = as_bytes(what.body);
  out.body.assign(body.begin(), body.end());
  out.flag = what.flag;
  out.born_timestamp_ms = born_timestamp_ms;
  compress(out, compress_from_bytes);
  return out;
}

}  // namespace parley::rocketmq::produce
