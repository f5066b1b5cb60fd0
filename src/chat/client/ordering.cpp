// The clock's part in the order of events: ending waits, and filling gaps from the history.
#include <parley/chat/client/client.hpp>

#include <parley/io/deadline.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace parley::chat {

namespace {

constexpr std::int64_t longest_page = 200;
constexpr milliseconds fill_patience{3000};

std::string text_of(const boost::json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

/// A message of the history as the event that was missed.
event event_of(const boost::json::object& kept, const std::string& room_id) {
  event out{.type = "message_sent", .user_id = text_of(kept, "user_id"), .message = text_of(kept, "message"),
            .timestamp = text_of(kept, "timestamp"), .room_id = room_id, .message_id = text_of(kept, "message_id")};
  const auto* seq = kept.if_contains("seq");
  if (seq != nullptr && seq->is_int64()) out.seq = seq->as_int64();
  return out;
}

std::vector<event> events_of(const response& page, const std::string& room_id) {
  std::vector<event> out;
  const auto* messages = page.data.if_contains("messages");
  if (messages == nullptr || !messages->is_array()) return out;
  for (const auto& one : messages->as_array()) {
    if (one.is_object()) out.push_back(event_of(one.as_object(), room_id));
  }
  return out;
}

}  // namespace

io::task<void> client::keep_order() {
  while (!stopping_) {
    auto due = order_.expire(system_clock().steady_now());
    hand_on(due.ready);
    for (auto& gap : due.gaps) gate_.spawn(fill_gap(std::move(gap)));
    const auto next = order_.next_expiry();
    const auto why = co_await changed_.wait_until(next.value_or(steady_time::max()));
    if (why == io::wake_reason::cancelled) co_return;
  }
}

io::task<void> client::fill_gap(event_gap gap) {
  std::vector<event> found;
  if (options_.answers && gap.last_seq - gap.first_seq < longest_page) {
    boost::json::object data;
    data.emplace("room_id", gap.room_id);
    data.emplace("limit", longest_page);
    const request_options how{.deadline = fill_patience};
    const auto page = co_await request("get_history", std::move(data), how);
    if (page && page->success) found = events_of(*page, gap.room_id);
  }
  const auto skipped_before = order_.stats().skipped;
  const auto ready = order_.fill(gap, std::move(found), system_clock().steady_now());
  changed_.notify_all();
  if (order_.stats().skipped != skipped_before) {
    const auto first = std::to_string(gap.first_seq);
    const auto last = std::to_string(gap.last_seq);
    log_.warn("events of a room are missing", {{"room_id", gap.room_id}, {"first_seq", first}, {"last_seq", last}});
    if (gap_handler_) gap_handler_(gap);
  }
  hand_on(ready);
}

}  // namespace parley::chat
