// Rooms and members: a room's counts are kept in its row, so that listing rooms counts nothing.
#include "rooms.hpp"

#include <fmt/format.h>

namespace parley::chat {
namespace {

room_summary summary_from(const sqlite_query& row, int first) {
  return {.room_id = std::string(row.text(first)),
          .members = row.integer(first + 1),
          .messages = row.integer(first + 2),
          .is_private = row.integer(first + 3) != 0,
          .owner_id = std::string(row.text(first + 4))};
}

result<void> count_member(sqlite_connection& on, std::int64_t room, std::int64_t change) {
  return on.query("UPDATE rooms SET members = members + ? WHERE room = ?").bind(change).bind(room).run();
}

}  // namespace

result<std::optional<room_row>> find_room_row(sqlite_connection& on, std::string_view room_id) {
  auto asked = on.query("SELECT room, room_id, members, last_seq, is_private, owner_id FROM rooms WHERE room_id = ?");
  const auto row = asked.bind(room_id).step();
  if (!row) return row.error();
  if (!*row) return std::optional<room_row>{};
  return std::optional(room_row{.room = asked.integer(0), .summary = summary_from(asked, 1)});
}

result<std::optional<next_seq>> take_next_seq(sqlite_connection& on, std::string_view room_id) {
  next_seq out;
  {
    auto asked = on.query("SELECT room, last_seq FROM rooms WHERE room_id = ?");
    const auto row = asked.bind(room_id).step();
    if (!row) return row.error();
    if (!*row) return std::optional<next_seq>{};
    out = {.room = asked.integer(0), .seq = asked.integer(1) + 1};
  }
  if (auto counted = on.query("UPDATE rooms SET last_seq = ? WHERE room = ?").bind(out.seq).bind(out.room).run(); !counted) {
    return counted.error();
  }
  return std::optional(out);
}

result<void> insert_room(sqlite_connection& on, std::string_view room_id, bool is_private, std::string_view owner,
                         std::int64_t now_ms) {
  return on.query("INSERT INTO rooms(room_id, is_private, owner_id, last_seq, members, created_ms) VALUES(?, ?, ?, 0, 0, ?)")
      .bind(room_id)
      .bind(std::int64_t{is_private})
      .bind(owner)
      .bind(now_ms)
      .run();
}

result<std::vector<room_summary>> visible_rooms(sqlite_connection& on, std::string_view user, std::string_view after,
                                                std::int64_t limit) {
  auto asked = on.query(
      "SELECT room_id, members, last_seq, is_private, owner_id FROM rooms WHERE room_id > ? AND (is_private = 0 OR EXISTS("
      "SELECT 1 FROM members WHERE members.room = rooms.room AND user_id = ?)) ORDER BY room_id LIMIT ?");
  asked.bind(after).bind(user).bind(limit);
  std::vector<room_summary> out;
  auto row = asked.step();
  for (; row && *row; row = asked.step()) out.push_back(summary_from(asked, 0));
  if (!row) return row.error();
  return out;
}

result<bool> insert_member(sqlite_connection& on, std::string_view room_id, std::string_view user, std::int64_t now_ms) {
  const auto room = find_room_row(on, room_id);
  if (!room) return room.error();
  if (!*room) return fail(errc::not_found, fmt::format("there is no room {}", room_id));
  const auto number = (*room)->room;
  auto added = on.query("INSERT INTO members(room, user_id, joined_ms) VALUES(?, ?, ?) ON CONFLICT DO NOTHING")
                   .bind(number)
                   .bind(user)
                   .bind(now_ms)
                   .run();
  if (!added) return added.error();
  if (on.changes() == 0) return false;
  if (auto counted = count_member(on, number, 1); !counted) return counted.error();
  return true;
}

result<bool> delete_member(sqlite_connection& on, std::string_view room_id, std::string_view user) {
  const auto room = find_room_row(on, room_id);
  if (!room) return room.error();
  if (!*room) return false;
  const auto number = (*room)->room;
  auto removed = on.query("DELETE FROM members WHERE room = ? AND user_id = ?").bind(number).bind(user).run();
  if (!removed) return removed.error();
  if (on.changes() == 0) return false;
  if (auto counted = count_member(on, number, -1); !counted) return counted.error();
  return true;
}

result<bool> has_member(sqlite_connection& on, std::string_view room_id, std::string_view user) {
  return on.query("SELECT 1 FROM rooms JOIN members USING(room) WHERE room_id = ? AND user_id = ?").bind(room_id).bind(user).step();
}

result<std::vector<member_summary>> list_members(sqlite_connection& on, std::string_view room_id, std::string_view after,
                                                 std::int64_t limit, std::int64_t now_ms) {
  auto asked = on.query(
      "SELECT user_id, joined_ms, EXISTS(SELECT 1 FROM sessions WHERE sessions.user_id = members.user_id AND until_ms >= ?) "
      "FROM rooms JOIN members USING(room) WHERE room_id = ? AND user_id > ? ORDER BY user_id LIMIT ?");
  asked.bind(now_ms).bind(room_id).bind(after).bind(limit);
  std::vector<member_summary> out;
  auto row = asked.step();
  for (; row && *row; row = asked.step()) {
    out.push_back({.user_id = std::string(asked.text(0)), .joined_ms = asked.integer(1), .online = asked.integer(2) != 0});
  }
  if (!row) return row.error();
  return out;
}

}  // namespace parley::chat
