// What the lines of the interactive chat do.
#include "terminal/chat_terminal.hpp"
#include "terminal/event_text.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace parley::cli {

namespace {

constexpr std::int64_t entry_history = 20;
constexpr std::int64_t longest_history = 200;

constexpr std::string_view help =
    "/join ROOM      go to a room and see what was said there\n"
    "/leave          give the room up\n"
    "/history [N]    the last N messages (20)\n"
    "/rooms          the rooms there are\n"
    "/who            the room's members\n"
    "/quit           end\n"
    "Anything else is said in the room; a line that begins with // is said with one / less.";

std::pair<std::string, std::string> split(const std::string& line) {
  const auto blank = line.find(' ');
  if (blank == std::string::npos) return {line, {}};
  const auto rest = line.find_first_not_of(' ', blank);
  return {line.substr(0, blank), rest == std::string::npos ? std::string{} : line.substr(rest)};
}

std::int64_t number_or(const std::string& text, std::int64_t otherwise) {
  std::int64_t out = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  return parsed.ec == std::errc{} && out > 0 ? std::min(out, longest_history) : otherwise;
}

std::int64_t number_of(const boost::json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

bool unknown_action(const result<chat::response>& answer) {
  return answer && answer->failure && (answer->failure->code == "UNKNOWN_ACTION" || answer->failure->code == "FOREIGN");
}

}  // namespace

io::task<void> chat_terminal::obey(std::string line) {
  const auto [word, rest] = split(line);
  if (line.empty()) {
    redraw();
  } else if (line[0] != '/') {
    co_await say(std::move(line));
  } else if (line.starts_with("//")) {
    co_await say(line.substr(1));
  } else if (word == "/join" && !rest.empty()) {
    co_await enter(rest);
  } else if (word == "/leave") {
    co_await leave();
  } else if (word == "/history") {
    const auto limit = number_or(rest, entry_history);
    co_await show_history(limit, false);
  } else if (word == "/rooms") {
    co_await list("list_rooms", "rooms", "room_id");
  } else if (word == "/who") {
    co_await list("list_members", "members", "user_id");
  } else if (word == "/quit" || word == "/exit") {
    quit_ = true;
  } else if (word == "/help") {
    show_line(std::string(help));
  } else {
    show_line("! there is no such command, or it lacks a word; /help lists them");
  }
}

io::task<void> chat_terminal::say(std::string text) {
  if (room_.empty()) {
    show_line("! you are in no room; /join one");
    co_return;
  }
  boost::json::object data;
  data.emplace("message", text);
  data.emplace("room_id", room_);
  const auto answer = co_await who_.request("send_message", std::move(data));
  if (went_well("not sent", answer)) said_seq_ = std::max(said_seq_, number_of(answer->data, "seq"));
}

io::task<void> chat_terminal::enter(std::string room) {
  boost::json::object data;
  data.emplace("room_id", room);
  const auto joined = co_await who_.request("join_room", std::move(data));
  // A foreign server knows no rooms to join, and takes messages for them all the same.
  if (!unknown_action(joined) && !went_well("not joined", joined)) {
    redraw();
    co_return;
  }
  room_ = room;
  wanted_room_ = std::move(room);
  said_seq_ = 0;
  seen_seq_ = 0;
  held_.emplace();
  co_await show_history(entry_history, true);
  const auto held = std::exchange(held_, std::nullopt);
  for (const auto& one : *held) show(one);
  redraw();
}

io::task<void> chat_terminal::leave() {
  if (room_.empty()) co_return;
  boost::json::object data;
  data.emplace("room_id", room_);
  const auto left = co_await who_.request("leave_room", std::move(data));
  if (!unknown_action(left)) went_well("not left", left);
  room_.clear();
  redraw();
}

io::task<void> chat_terminal::show_history(std::int64_t limit, bool first_sight) {
  if (room_.empty()) {
    show_line("! you are in no room; /join one");
    co_return;
  }
  boost::json::object data;
  data.emplace("room_id", room_);
  data.emplace("limit", limit);
  const auto answer = co_await who_.request("get_history", std::move(data));
  if (!went_well("no history", answer)) co_return;
  const auto* messages = answer->data.if_contains("messages");
  if (messages == nullptr || !messages->is_array()) co_return;
  std::int64_t last = 0;
  for (const auto& one : messages->as_array()) {
    if (!one.is_object()) continue;
    show_line(text_of_kept(one.as_object()));
    last = std::max(last, number_of(one.as_object(), "seq"));
  }
  if (!first_sight || last == 0) co_return;
  // What the page showed and what came as an event while it was on its way is shown once.
  if (held_) std::erase_if(*held_, [last](const chat::event& one) { return one.seq > 0 && one.seq <= last; });
  who_.start_room_after(room_, last);
}

io::task<void> chat_terminal::list(std::string action, std::string array, std::string name) {
  boost::json::object data;
  if (!room_.empty()) data.emplace("room_id", room_);
  const auto answer = co_await who_.request(std::move(action), std::move(data));
  if (!went_well("no list", answer)) co_return;
  const auto* items = answer->data.if_contains(array);
  if (items == nullptr || !items->is_array()) co_return;
  for (const auto& one : items->as_array()) {
    if (one.is_object()) show_line(text_of_item(one.as_object(), name));
  }
}

}  // namespace parley::cli
