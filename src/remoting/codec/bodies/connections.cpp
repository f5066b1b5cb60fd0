// Connections of a group as Java's JSON.
#include <parley/remoting/codec/bodies/connections.hpp>

#include "bodies/subscription_body.hpp"

namespace parley::remoting {
namespace {

constexpr std::string_view body_name = "consumer connections";

}  // namespace

result<bytes> consumer_connections::encode() const {
  return write_body(body_name, [&](json_writer& json) {
    json.begin_object().key("connectionSet").begin_array();
    for (const auto& one : connections) {
      json.begin_object()
          .member("clientAddr", std::string_view(one.client_address))
          .member("clientId", std::string_view(one.client_id))
          .member("language", std::string_view(one.language))
          .member("version", one.version)
          .end_object();
    }
    json.end_array()
        .member("consumeFromWhere", std::string_view(consume_from))
        .member("consumeType", std::string_view(consume_type))
        .member("messageModel", std::string_view(message_model))
        .key("subscriptionTable")
        .begin_object();
    for (const auto& [topic, subscription] : subscriptions) {
      json.key(topic);
      write_subscription(json, subscription);
    }
    json.end_object().end_object();
  });
}

result<consumer_connections> consumer_connections::decode(byte_view in) {
  json_body body(in, body_name);
  const auto root = body.root();
  consumer_connections out;
  root.each("connectionSet", [&](const body_object& one) {
    out.connections.push_back({.client_id = one.text("clientId"),
                               .client_address = one.text("clientAddr"),
                               .language = one.text("language"),
                               .version = one.int32("version")});
  });
  root.each_member("subscriptionTable", [&](std::string_view topic, const boost::json::value& value) {
    out.subscriptions.insert_or_assign(std::string(topic), read_subscription(root.as_object("subscriptionTable", value)));
  });
  out.consume_type = root.text("consumeType");
  out.message_model = root.text("messageModel");
  out.consume_from = root.text("consumeFromWhere");
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
