// History is walked from the newest seq down without a gap: filters are applied here, so that every missing row is noticed.
#include "messages.hpp"

#include "checksum.hpp"
#include "rooms.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::chat {
namespace {

/// A page stops here even when little matched: one question must not hold up everybody's writes.
constexpr std::int64_t max_walked_rows = 50'000;
constexpr std::size_t max_walked_bytes = 32U * 1024U * 1024U;
/// What a message takes beside its texts, roughly, once it is JSON.
constexpr std::size_t overhead_bytes = 160;

std::size_t size_of(const kept_message& message) {
  return message.text.size() + message.user_id.size() + message.room_id.size() + message.message_id.size() + overhead_bytes;
}

bool matches(const kept_message& message, const history_query& asked) {
  if (!asked.user_id.empty() && message.user_id != asked.user_id) return false;
  if (asked.since_ms && message.timestamp_ms < *asked.since_ms) return false;
  if (asked.until_ms && message.timestamp_ms > *asked.until_ms) return false;
  return asked.text.empty() || message.text.find(asked.text) != std::string::npos;
}

/// One walk down a room, filling a page.
class page_walk {
 public:
  explicit page_walk(const history_query& asked) : asked_(asked) {}

  /// False when the walk is over; then the page says where the next one begins.
  bool take(kept_message message) {
    ++rows_;
    walked_ += size_of(message);
    if (matches(message, asked_) && !keep(std::move(message))) return false;
    if (rows_ < max_walked_rows && walked_ < max_walked_bytes) return true;
    page_.next_before_seq = last_seq_;
    return false;
  }
  void see(std::int64_t seq) { last_seq_ = seq; }
  history_page finish() {
    if (page_.next_before_seq == 1) page_.next_before_seq = 0;
    std::reverse(page_.messages.begin(), page_.messages.end());
    return std::move(page_);
  }

 private:
  bool keep(kept_message message) {
    bytes_ += size_of(message);
    const auto count = static_cast<std::int64_t>(page_.messages.size());
    if (count > 0 && (count >= asked_.limit || bytes_ > asked_.max_bytes)) {
      page_.next_before_seq = message.seq + 1;
      return false;
    }
    page_.messages.push_back(std::move(message));
    return true;
  }

  const history_query& asked_;
  history_page page_;
  std::int64_t rows_{0}, last_seq_{0};
  std::size_t bytes_{0}, walked_{0};
};

error gap(sqlite_connection& on, std::string_view room, std::int64_t seq) {
  return on.fence(fmt::format("message {} of room {} is missing, so it is damaged; restore it from a backup", seq, room));
}

kept_message message_from(const sqlite_query& row, const std::string& room_id) {
  return {.message_id = std::string(row.text(1)),
          .room_id = room_id,
          .user_id = std::string(row.text(2)),
          .text = std::string(row.text(5)),
          .timestamp_ms = row.integer(3),
          .seq = row.integer(0)};
}

}  // namespace

result<std::int64_t> insert_message(sqlite_connection& on, const kept_message& message) {
  auto place = take_next_seq(on, message.room_id);
  if (place && !*place) {
    if (auto made = insert_room(on, message.room_id, false, message.user_id, message.timestamp_ms); !made) return made.error();
    place = take_next_seq(on, message.room_id);
  }
  if (!place) return place.error();
  const auto number = (*place)->room;
  kept_message kept = message;
  kept.seq = (*place)->seq;
  auto stored =
      on.query("INSERT INTO messages(room, seq, message_id, user_id, timestamp_ms, checksum, text) VALUES(?, ?, ?, ?, ?, ?, ?)")
          .bind(number)
          .bind(kept.seq)
          .bind(kept.message_id)
          .bind(kept.user_id)
          .bind(kept.timestamp_ms)
          .bind(std::int64_t{checksum_of(kept)})
          .bind(kept.text)
          .run();
  if (!stored) return stored.error();
  return kept.seq;
}

result<history_page> read_history(sqlite_connection& on, const history_query& asked) {
  const auto room = find_room_row(on, asked.room_id);
  if (!room) return room.error();
  if (!*room) return history_page{};
  const auto newest = (*room)->summary.messages;
  auto expected = asked.before_seq > 0 ? std::min(asked.before_seq - 1, newest) : newest;
  auto rows = on.query(
      "SELECT seq, message_id, user_id, timestamp_ms, checksum, text FROM messages WHERE room = ? AND seq <= ? ORDER BY seq "
      "DESC");
  rows.bind((*room)->room).bind(expected);
  page_walk walk(asked);
  auto row = rows.step();
  for (; row && *row; row = rows.step(), --expected) {
    auto message = message_from(rows, asked.room_id);
    if (message.seq != expected) return gap(on, asked.room_id, expected);
    if (rows.integer(4) != std::int64_t{checksum_of(message)}) {
      return on.fence(fmt::format("message {} of room {} is not what was stored; restore it from a backup", expected, asked.room_id));
    }
    walk.see(message.seq);
    if (!walk.take(std::move(message))) return walk.finish();
  }
  if (!row) return row.error();
  if (expected != 0) return gap(on, asked.room_id, expected);
  return walk.finish();
}

}  // namespace parley::chat
