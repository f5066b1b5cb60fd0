// What a consumer tells of itself as Java's JSON.
#include <parley/remoting/codec/bodies/consumer.hpp>

#include "bodies/subscription_body.hpp"

#include <array>

namespace parley::remoting {
namespace {

constexpr std::string_view info_name = "consumer running info";
constexpr std::string_view directly_name = "answer to a direct consumption";
constexpr std::array<std::string_view, 6> result_names{"CR_SUCCESS", "CR_LATER",           "CR_ROLLBACK",
                                                       "CR_COMMIT",  "CR_THROW_EXCEPTION", "CR_RETURN_NULL"};

void write_info(json_writer& json, const process_queue_info& in) {
  json.begin_object()
      .member("cachedMsgCount", in.cached_count)
      .member("cachedMsgMaxOffset", in.cached_max_offset)
      .member("cachedMsgMinOffset", in.cached_min_offset)
      .member("cachedMsgSizeInMiB", in.cached_mib)
      .member("commitOffset", in.commit_offset)
      .member("droped", in.dropped)  // Java's spelling
      .member("lastConsumeTimestamp", in.last_consume_ms)
      .member("lastLockTimestamp", in.last_lock_ms)
      .member("lastPullTimestamp", in.last_pull_ms)
      .member("locked", in.locked)
      .member("transactionMsgCount", 0)
      .member("transactionMsgMaxOffset", 0)
      .member("transactionMsgMinOffset", 0)
      .member("tryUnlockTimes", in.try_unlock_times)
      .end_object();
}

process_queue_info read_info(const body_object& in) {
  process_queue_info out;
  out.commit_offset = in.int64("commitOffset");
  out.cached_min_offset = in.int64("cachedMsgMinOffset");
  out.cached_max_offset = in.int64("cachedMsgMaxOffset");
  out.cached_count = in.int32("cachedMsgCount");
  out.cached_mib = in.int32("cachedMsgSizeInMiB");
  out.locked = in.boolean("locked");
  out.try_unlock_times = in.int64("tryUnlockTimes");
  out.last_lock_ms = in.int64("lastLockTimestamp");
  out.dropped = in.boolean("droped");
  out.last_pull_ms = in.int64("lastPullTimestamp");
  out.last_consume_ms = in.int64("lastConsumeTimestamp");
  return out;
}

void write_status(json_writer& json, const consume_status& in) {
  json.begin_object()
      .member("consumeFailedMsgs", in.consume_failed_messages)
      .member("consumeFailedTPS", in.consume_failed_tps)
      .member("consumeOKTPS", in.consume_ok_tps)
      .member("consumeRT", in.consume_rt_ms)
      .member("pullRT", in.pull_rt_ms)
      .member("pullTPS", in.pull_tps)
      .end_object();
}

consume_status read_status(const body_object& in) {
  consume_status out;
  out.pull_rt_ms = in.real("pullRT");
  out.pull_tps = in.real("pullTPS");
  out.consume_rt_ms = in.real("consumeRT");
  out.consume_ok_tps = in.real("consumeOKTPS");
  out.consume_failed_tps = in.real("consumeFailedTPS");
  out.consume_failed_messages = in.int64("consumeFailedMsgs");
  return out;
}

}  // namespace

std::string_view name_of(consume_result in) noexcept {
  const auto number = static_cast<std::size_t>(in);
  return number < result_names.size() ? result_names[number] : result_names.front();
}

result<bytes> consumer_running_info::encode() const {
  return write_body(info_name, [&](json_writer& json) {
    json.begin_object().key("mqPopTable").begin_object().end_object().key("mqTable").begin_object();
    for (const auto& [queue, info] : queues) {
      write_queue(json, queue);
      json.end_key();
      write_info(json, info);
    }
    json.end_object().key("properties").begin_object();
    for (const auto& [key, value] : properties) json.member(key, std::string_view(value));
    json.end_object().key("statusTable").begin_object();
    for (const auto& [topic, status] : statuses) {
      json.key(topic);
      write_status(json, status);
    }
    json.end_object().key("subscriptionSet").begin_array();
    for (const auto& subscription : subscriptions) write_subscription(json, subscription);
    json.end_array().key("userConsumerInfo").begin_object().end_object().end_object();
  });
}

result<consumer_running_info> consumer_running_info::decode(byte_view in) {
  json_body body(in, info_name);
  const auto root = body.root();
  consumer_running_info out;
  root.each_member("properties", [&](std::string_view key, const boost::json::value& value) {
    out.properties.insert_or_assign(std::string(key), root.as_text("properties", value));
  });
  root.each("subscriptionSet", [&](const body_object& data) { out.subscriptions.push_back(read_subscription(data)); });
  root.each_member("mqTable", [&](std::string_view key, const boost::json::value& value) {
    out.queues.insert_or_assign(body.queue_of_key(key), read_info(root.as_object("mqTable", value)));
  });
  root.each_member("statusTable", [&](std::string_view topic, const boost::json::value& value) {
    out.statuses.insert_or_assign(std::string(topic), read_status(root.as_object("statusTable", value)));
  });
  return body.finish(std::move(out));
}

result<bytes> consume_directly_response::encode() const {
  return write_body(directly_name, [&](json_writer& json) {
    json.begin_object().member("autoCommit", auto_commit).member("consumeResult", name_of(outcome)).member("order", orderly);
    if (remark) json.member("remark", std::string_view(*remark));
    json.member("spentTimeMills", spent_ms).end_object();  // Java's spelling
  });
}

result<consume_directly_response> consume_directly_response::decode(byte_view in) {
  json_body body(in, directly_name);
  const auto root = body.root();
  consume_directly_response out;
  out.orderly = root.boolean("order");
  out.auto_commit = root.boolean("autoCommit", out.auto_commit);
  const auto name = root.text("consumeResult");
  bool known = name.empty();
  for (std::size_t i = 0; i < result_names.size(); ++i) {
    if (result_names[i] != name) continue;
    out.outcome = static_cast<consume_result>(i);
    known = true;
  }
  if (!known) body.refuse("consumeResult", "a known name");
  out.remark = root.optional_text("remark");
  out.spent_ms = root.int64("spentTimeMills");
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
