// Accounts and sessions of users, in an open transaction.
#pragma once

#include "sqlite_connection.hpp"

#include <parley/chat/store/store.hpp>

namespace parley::chat {

result<account> read_account(sqlite_connection& on, std::string_view user);
result<void> write_account(sqlite_connection& on, const account& value);

/// True when the user had no session: one whose lease ran out counts until it is taken out, since its end was not told yet.
result<bool> write_session(sqlite_connection& on, std::string_view user, std::string_view session, std::int64_t until_ms);
/// True when no live one is left; what has run out goes with it.
result<bool> delete_session(sqlite_connection& on, std::string_view user, std::string_view session, std::int64_t now_ms);
result<std::vector<std::string>> delete_expired_sessions(sqlite_connection& on, std::int64_t now_ms, std::int64_t limit);

}  // namespace parley::chat
