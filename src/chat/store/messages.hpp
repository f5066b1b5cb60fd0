// Messages: appended with the room's next seq, read back in pages.
#pragma once

#include "sqlite_connection.hpp"

#include <parley/chat/store/store.hpp>

namespace parley::chat {

/// Makes the room, owned by the sender, when it is not there. The message's own seq is not looked at.
result<std::int64_t> insert_message(sqlite_connection& on, const kept_message& message);
/// Finds damage: a missing seq or a wrong checksum fences the connection, so that no partial history is ever given.
result<history_page> read_history(sqlite_connection& on, const history_query& asked);

}  // namespace parley::chat
