// Events, messages and lists as lines for people, with other people's text made harmless.
#include "terminal/event_text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace parley::cli {

namespace {

/// "12:00:00" out of "2024-01-01T12:00:00Z"; the whole text where it looks otherwise.
std::string time_of(std::string_view timestamp) {
  constexpr std::size_t begin = 11;
  constexpr std::size_t length = 8;
  const bool usual = timestamp.size() >= begin + length && timestamp[10] == 'T';
  return harmless(usual ? timestamp.substr(begin, length) : timestamp);
}

std::string said(std::string_view timestamp, std::string_view user, std::string_view text) {
  return fmt::format("[{}] {}: {}", time_of(timestamp), harmless(user), harmless(text));
}

std::string value_of(const boost::json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}

}  // namespace

std::string text_of(const chat::event& what) {
  if (what.type == "message_sent") return said(what.timestamp, what.user_id, what.message);
  const auto who = harmless(what.user_id);
  const auto when = time_of(what.timestamp);
  const bool room = what.reason == "membership";
  if (what.type == "user_join") return fmt::format("[{}] * {} {}", when, who, room ? "joined the room" : "is here");
  if (what.type == "user_leave") return fmt::format("[{}] * {} {}", when, who, room ? "left the room" : "is gone");
  return fmt::format("[{}] * {} {} {}", when, harmless(what.type), who, harmless(what.message));
}

std::string text_of_kept(const boost::json::object& message) {
  return said(value_of(message, "timestamp"), value_of(message, "user_id"), value_of(message, "message"));
}

std::string text_of_item(const boost::json::object& item, std::string_view name) {
  std::string out = "  " + harmless(value_of(item, name));
  for (const auto& [key, value] : item) {
    if (std::string_view(key.data(), key.size()) == name) continue;
    out += fmt::format("  {}={}", std::string_view(key.data(), key.size()), harmless(value_of(item, std::string_view(key.data(), key.size()))));
  }
  return out;
}

}  // namespace parley::cli
