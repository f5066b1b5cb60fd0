// Rooms and their members, in an open transaction.
#pragma once

#include "sqlite_connection.hpp"

#include <parley/chat/store/store.hpp>

namespace parley::chat {

/// A room's row as the tables need it.
struct room_row {
  std::int64_t room{0};  ///< the number that stands for the room id
  room_summary summary{};
};
result<std::optional<room_row>> find_room_row(sqlite_connection& on, std::string_view room_id);
/// A place for one more message.
struct next_seq {
  std::int64_t room{0};
  std::int64_t seq{0};
};
/// Counts the room's messages up; nothing when there is no such room.
result<std::optional<next_seq>> take_next_seq(sqlite_connection& on, std::string_view room_id);
/// `internal` when it is there already.
result<void> insert_room(sqlite_connection& on, std::string_view room_id, bool is_private, std::string_view owner,
                         std::int64_t now_ms);
/// The rooms that the user may know of, by id, after `after`.
result<std::vector<room_summary>> visible_rooms(sqlite_connection& on, std::string_view user, std::string_view after,
                                                std::int64_t limit);

/// `not_found` without the room.
result<bool> insert_member(sqlite_connection& on, std::string_view room_id, std::string_view user, std::int64_t now_ms);
result<bool> delete_member(sqlite_connection& on, std::string_view room_id, std::string_view user);
result<bool> has_member(sqlite_connection& on, std::string_view room_id, std::string_view user);
result<std::vector<member_summary>> list_members(sqlite_connection& on, std::string_view room_id, std::string_view after,
                                                 std::int64_t limit, std::int64_t now_ms);

}  // namespace parley::chat
