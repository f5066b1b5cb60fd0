// get_history: a page of a room's messages, newest page first.
#include "actions.hpp"
#include "checks.hpp"
#include "service/fields.hpp"

#include <parley/chat/contract/cursor.hpp>
#include <parley/chat/contract/timestamp.hpp>

#include <boost/json/array.hpp>

namespace parley::chat::actions {
namespace {

namespace json = boost::json;

constexpr std::int64_t default_limit = 50;
constexpr std::int64_t max_limit = 200;
/// Field names and punctuation of one message, with its time and seq.
constexpr std::size_t overhead_bytes = 160;

/// What the text takes in JSON, at most.
std::size_t encoded_size(std::string_view text) {
  std::size_t size = text.size();
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20U) size += 5;
    if (c == '"' || c == '\\') size += 1;
  }
  return size;
}

std::size_t encoded_size(const kept_message& message) {
  return encoded_size(message.text) + encoded_size(message.room_id) + encoded_size(message.user_id) + message.message_id.size() +
         overhead_bytes;
}

/// Escapes can make a page larger than the store counted: then its oldest messages wait for the next one.
void cut_to_size(history_page& page, std::size_t max_bytes) {
  std::size_t bytes = 0;
  for (auto at = page.messages.size(); at-- > 0;) {
    bytes += encoded_size(page.messages[at]);
    if (bytes <= max_bytes || at + 1 == page.messages.size()) continue;
    page.next_before_seq = page.messages[at + 1].seq;
    page.messages.erase(page.messages.begin(), page.messages.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    return;
  }
}

history_query query_from(field_reader& fields) {
  history_query out{.room_id = fields.id("room_id"),
                    .limit = fields.limit(default_limit, max_limit),
                    .user_id = fields.optional_text("user_id"),
                    .text = fields.optional_text("text"),
                    .since_ms = fields.optional_time("since"),
                    .until_ms = fields.optional_time("until")};
  const auto text = fields.optional_text("cursor");
  if (text.empty()) return out;
  const auto cursor = decode_cursor(text);
  if (!cursor) {
    fields.reject("cursor", "is none that this server gave");
  } else if (cursor->room_id != out.room_id) {
    fields.reject("cursor", "belongs to another room");
  } else {
    out.before_seq = cursor->before_seq;
  }
  return out;
}

json::object to_json(const kept_message& message) {
  return {
      {"message_id", message.message_id}, {"room_id", message.room_id}, {"user_id", message.user_id},
      {"message", message.text},          {"seq", message.seq},         {"timestamp", format_timestamp(message.timestamp_ms)}};
}

}  // namespace

action_answer get_history(action_context& context) {
  field_reader fields(context.asked.data);
  const auto query = query_from(fields);
  if (fields.fault()) return *fields.fault();
  if (auto allowed = require_not_banned(context); !allowed) return allowed.error();
  if (auto allowed = require_access(context, query.room_id); !allowed) return allowed.error();
  auto page = context.tx.history(query);
  if (!page) return store_failed(page.error());
  cut_to_size(*page, query.max_bytes);
  json::array messages;
  messages.reserve(page->messages.size());
  for (const auto& message : page->messages) messages.push_back(to_json(message));
  json::object data;
  data.emplace("messages", std::move(messages));
  if (page->next_before_seq > 1) {
    data.emplace("next_cursor", encode_cursor({.room_id = query.room_id, .before_seq = page->next_before_seq}));
  }
  return data;
}

}  // namespace parley::chat::actions
