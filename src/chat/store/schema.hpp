// The tables of the chat's database and how a file is brought up to them.
#pragma once

#include "sqlite_connection.hpp"

namespace parley::chat {

/// Sets the connection up (WAL, synchronous=FULL, bounds of memory) for a file of the chat. `storage` where WAL is not possible.
result<void> configure(sqlite_connection& on);
/// Makes or upgrades the tables. Refuses a file of another program and one that a newer version wrote.
result<void> bring_up_to_date(sqlite_connection& on);
/// Writes the version that is there once more: the smallest real write.
result<void> rewrite_version(sqlite_connection& on);
/// Reads the whole file for damage, when it has at most `max_bytes`; a larger one is trusted until a read finds damage.
result<void> look_for_damage(sqlite_connection& on, std::int64_t max_bytes);

}  // namespace parley::chat
