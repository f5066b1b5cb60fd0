// How answers and events are addressed.
#include "publications.hpp"

#include <parley/chat/contract/names.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace parley::chat {
namespace {

namespace json = boost::json;

void put_property(publication& into, std::string_view name, std::string_view value) {
  if (valid_id(value)) into.properties.emplace(name, value);
}

}  // namespace

answer_route route_of(const request& asked) noexcept {
  return {.request_id = asked.request_id, .action = asked.action, .reply_to = asked.reply_to, .trace_id = asked.trace_id};
}

publication answer_publication(const answer_route& to, std::string body, std::int64_t now_ms) {
  publication out{.what = publication::kind::response,
                  .tag = std::string(to.reply_to),
                  .key = valid_key(to.request_id) ? std::string(to.request_id) : std::string{},
                  .queue_key = {},
                  .properties = {},
                  .body = std::move(body),
                  .created_ms = now_ms};
  put_property(out, property::request_id, to.request_id);
  put_property(out, property::response_type, to.action);
  put_property(out, property::trace_id, to.trace_id);
  return out;
}

std::string refusal_body(std::string_view request_id, const chat_error& why) {
  response out;
  out.request_id = request_id;
  out.failure = why;
  return encode_response(out);
}

publication event_publication(const event& what, std::string_view trace_id, std::int64_t now_ms) {
  publication out{.what = publication::kind::event,
                  .tag = what.type,
                  .key = valid_key(what.message_id) ? what.message_id : std::string{},
                  // Where there is no room, what happens to one user stays in order.
                  .queue_key = what.room_id.empty() ? what.user_id : what.room_id,
                  .properties = {},
                  .body = encode_event(what),
                  .created_ms = now_ms};
  put_property(out, property::event_type, what.type);
  put_property(out, property::user_id, what.user_id);
  put_property(out, property::trace_id, trace_id);
  return out;
}

std::string as_duplicate(std::string body) {
  boost::system::error_code failure;
  auto parsed = json::parse(body, failure);
  auto* fields = failure ? nullptr : parsed.if_object();
  auto* data = fields == nullptr ? nullptr : fields->if_contains("data");
  auto* answer = data == nullptr ? nullptr : data->if_object();
  auto* flag = answer == nullptr ? nullptr : answer->if_contains("duplicate");
  if (flag == nullptr) return body;
  *flag = true;
  return json::serialize(parsed);
}

}  // namespace parley::chat
