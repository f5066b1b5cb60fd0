// Remembered answers and the outbox, in an open transaction.
#pragma once

#include "sqlite_connection.hpp"

#include <parley/chat/store/store.hpp>

namespace parley::chat {

result<std::optional<std::string>> find_answer(sqlite_connection& on, std::string_view user, std::string_view request_id,
                                               std::string_view hash, std::int64_t now_ms);
result<void> insert_answer(sqlite_connection& on, std::string_view user, std::string_view request_id, std::string_view hash,
                           std::string_view body, std::int64_t now_ms);
/// Those that find_answer() does not see any more, at most `limit`.
result<std::int64_t> delete_answers(sqlite_connection& on, std::int64_t now_ms, std::int64_t limit);

/// Gives an id above `last_id`, above all that are there and above those of earlier milliseconds, and leaves it in `last_id`.
result<std::int64_t> insert_publication(sqlite_connection& on, const publication& what, std::string_view owner,
                                        std::int64_t claimed_until_ms, std::int64_t& last_id);
result<void> delete_publications(sqlite_connection& on, std::span<const std::int64_t> ids);
result<std::int64_t> count_publications(sqlite_connection& on);
/// Is there one that nobody holds? A claim that ends later than any could that is made now is a wrong clock's, and void.
result<bool> has_unclaimed(sqlite_connection& on, std::int64_t now_ms, std::int64_t until_ms);
result<std::vector<publication>> claim_unclaimed(sqlite_connection& on, std::string_view owner, std::int64_t now_ms,
                                                 std::int64_t until_ms, std::int64_t limit);

}  // namespace parley::chat
