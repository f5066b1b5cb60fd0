// Heartbeats as JSON.
#include <parley/remoting/codec/bodies/heartbeat.hpp>

#include "bodies/subscription_body.hpp"

#include <array>
#include <span>

namespace parley::remoting {
namespace {

constexpr std::string_view body_name = "heartbeat";
constexpr std::array<std::string_view, 3> type_names{"CONSUME_ACTIVELY", "CONSUME_PASSIVELY", "CONSUME_POP"};
constexpr std::array<std::string_view, 2> model_names{"CLUSTERING", "BROADCASTING"};
constexpr std::array<std::string_view, 6> from_names{
    "CONSUME_FROM_LAST_OFFSET", "CONSUME_FROM_FIRST_OFFSET",
    "CONSUME_FROM_TIMESTAMP",   "CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST",
    "CONSUME_FROM_MIN_OFFSET",  "CONSUME_FROM_MAX_OFFSET"};

template <class Enum>
std::string_view name_in(std::span<const std::string_view> names, Enum value) noexcept {
  const auto number = static_cast<std::size_t>(value);
  return number < names.size() ? names[number] : names.front();
}

template <class Enum>
void read_name(const body_object& in, std::string_view member, std::span<const std::string_view> names, Enum& out) {
  const auto name = in.optional_text(member);
  if (!name) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == *name) {
      out = static_cast<Enum>(i);
      return;
    }
  }
  in.body().refuse(member, "a known name");
}

consumer_data read_consumer(const body_object& in) {
  consumer_data out{.group = in.text("groupName")};
  read_name(in, "consumeType", type_names, out.type);
  read_name(in, "messageModel", model_names, out.model);
  read_name(in, "consumeFromWhere", from_names, out.from);
  in.each("subscriptionDataSet", [&](const body_object& data) { out.subscriptions.push_back(read_subscription(data)); });
  out.unit_mode = in.boolean("unitMode");
  return out;
}

void write_consumer(json_writer& json, const consumer_data& in) {
  json.begin_object()
      .member("groupName", std::string_view(in.group))
      .member("consumeType", name_of(in.type))
      .member("messageModel", name_of(in.model))
      .member("consumeFromWhere", name_of(in.from))
      .member("unitMode", in.unit_mode)
      .key("subscriptionDataSet")
      .begin_array();
  for (const auto& subscription : in.subscriptions) write_subscription(json, subscription);
  json.end_array().end_object();
}

}  // namespace

std::string_view name_of(consume_type in) noexcept { return name_in(type_names, in); }
std::string_view name_of(message_model in) noexcept { return name_in(model_names, in); }
std::string_view name_of(consume_from in) noexcept { return name_in(from_names, in); }

result<bytes> heartbeat::encode() const {
  return write_body(body_name, [&](json_writer& json) {
    json.begin_object().member("clientID", std::string_view(client_id)).key("producerDataSet").begin_array();
    for (const auto& group : producer_groups) json.begin_object().member("groupName", std::string_view(group)).end_object();
    json.end_array().key("consumerDataSet").begin_array();
    for (const auto& consumer : consumers) write_consumer(json, consumer);
    json.end_array().member("heartbeatFingerprint", fingerprint).member("withoutSub", without_subscriptions).end_object();
  });
}

result<heartbeat> heartbeat::decode(byte_view in) {
  json_body body(in, body_name);
  const auto root = body.root();
  heartbeat out{.client_id = root.text("clientID")};
  root.each("producerDataSet", [&](const body_object& data) { out.producer_groups.push_back(data.text("groupName")); });
  root.each("consumerDataSet", [&](const body_object& data) { out.consumers.push_back(read_consumer(data)); });
  out.fingerprint = root.int32("heartbeatFingerprint");
  out.without_subscriptions = root.boolean("withoutSub");
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
