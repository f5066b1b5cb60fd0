// Which statements each call of a transaction is.
#include "sqlite_transaction.hpp"

#include "accounts.hpp"
#include "messages.hpp"
#include "outbox.hpp"
#include "rooms.hpp"

namespace parley::chat {

result<std::optional<std::string>> sqlite_transaction::remembered_answer(std::string_view user, std::string_view request_id,
                                                                         std::string_view hash, std::int64_t now_ms) {
  return find_answer(on_, user, request_id, hash, now_ms);
}

result<void> sqlite_transaction::remember_answer(std::string_view user, std::string_view request_id, std::string_view hash,
                                                 std::string_view answer_body, std::int64_t now_ms) {
  return insert_answer(on_, user, request_id, hash, answer_body, now_ms);
}

result<std::int64_t> sqlite_transaction::append_message(const kept_message& message) { return insert_message(on_, message); }
result<history_page> sqlite_transaction::history(const history_query& query) { return read_history(on_, query); }

result<bool> sqlite_transaction::add_member(std::string_view room, std::string_view user, std::int64_t now_ms) {
  return insert_member(on_, room, user, now_ms);
}
result<bool> sqlite_transaction::remove_member(std::string_view room, std::string_view user) {
  return delete_member(on_, room, user);
}
result<bool> sqlite_transaction::is_member(std::string_view room, std::string_view user) { return has_member(on_, room, user); }

result<std::optional<room_summary>> sqlite_transaction::find_room(std::string_view room) {
  auto found = find_room_row(on_, room);
  if (!found) return found.error();
  if (!*found) return std::optional<room_summary>{};
  return std::optional((*found)->summary);
}

result<void> sqlite_transaction::create_room(std::string_view room, bool is_private, std::string_view owner, std::int64_t now_ms) {
  return insert_room(on_, room, is_private, owner, now_ms);
}

result<std::vector<room_summary>> sqlite_transaction::rooms_visible_to(std::string_view user, std::string_view after,
                                                                       std::int64_t limit) {
  return visible_rooms(on_, user, after, limit);
}

result<std::vector<member_summary>> sqlite_transaction::members(std::string_view room, std::string_view after, std::int64_t limit,
                                                                std::int64_t now_ms) {
  return list_members(on_, room, after, limit, now_ms);
}

result<account> sqlite_transaction::find_account(std::string_view user) { return read_account(on_, user); }
result<void> sqlite_transaction::put_account(const account& value) { return write_account(on_, value); }

result<bool> sqlite_transaction::renew_session(std::string_view user, std::string_view session, std::int64_t, std::int64_t until_ms) {
  return write_session(on_, user, session, until_ms);
}

result<bool> sqlite_transaction::end_session(std::string_view user, std::string_view session, std::int64_t now_ms) {
  return delete_session(on_, user, session, now_ms);
}

result<std::vector<std::string>> sqlite_transaction::expire_sessions(std::int64_t now_ms, std::int64_t limit) {
  return delete_expired_sessions(on_, now_ms, limit);
}

result<std::int64_t> sqlite_transaction::add_publication(const publication& what, std::int64_t claimed_until_ms) {
  return insert_publication(on_, what, owner_, claimed_until_ms, last_publication_);
}

}  // namespace parley::chat
