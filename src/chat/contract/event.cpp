// Reading and writing of events.
#include <parley/chat/contract/event.hpp>

#include "json.hpp"

#include <parley/base/limits.hpp>

#include <boost/json/serialize.hpp>

namespace parley::chat {

namespace json = boost::json;

std::string encode_event(const event& in) {
  json::object body;
  body.emplace("user_id", in.user_id);
  body.emplace("message", in.message);
  body.emplace("timestamp", in.timestamp);
  body.emplace("type", in.type);
  if (!in.room_id.empty()) body.emplace("room_id", in.room_id);
  if (!in.message_id.empty()) body.emplace("message_id", in.message_id);
  if (in.seq > 0) body.emplace("seq", in.seq);
  if (!in.reason.empty()) body.emplace("reason", in.reason);
  return json::serialize(body);
}

result<event> decode_event(std::string_view body) {
  const auto fields = parse_object(body, limits::message_body_bytes, "event");
  if (!fields) return fields.error();
  event out{.type = text_of(*fields, "type"),
            .user_id = text_or_digits(*fields, "user_id"),
            .message = text_or_digits(*fields, "message"),
            .timestamp = text_or_digits(*fields, "timestamp"),
            .room_id = text_or_digits(*fields, "room_id"),
            .message_id = text_or_digits(*fields, "message_id"),
            .reason = text_of(*fields, "reason")};
  const auto* seq = fields->if_contains("seq");
  if (seq != nullptr && seq->is_int64() && seq->get_int64() > 0) out.seq = seq->get_int64();
  return out;
}

}  // namespace parley::chat
