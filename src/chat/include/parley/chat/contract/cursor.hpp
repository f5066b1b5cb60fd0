// The opaque cursors that page a room's history and the lists of rooms and members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::chat {

/// Where the next page starts. It holds the room, so that a cursor is never applied to another.
struct history_cursor {
  std::string room_id;
  std::int64_t before_seq{0};  ///< from 2: only older messages follow
  friend bool operator==(const history_cursor&, const history_cursor&) = default;
};

/// Text of letters, digits, '-' and '_', with a version in it: programs keep it and give it back, and read nothing out of it.
[[nodiscard]] std::string encode_cursor(const history_cursor& in);
/// Nothing when the text is no cursor of this version.
[[nodiscard]] std::optional<history_cursor> decode_cursor(std::string_view text);

/// The same for lists that are sorted by name: what is after this name.
[[nodiscard]] std::string encode_list_cursor(std::string_view after);
[[nodiscard]] std::optional<std::string> decode_list_cursor(std::string_view text);

}  // namespace parley::chat
