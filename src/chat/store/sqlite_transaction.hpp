// The store's transaction on an SQLite connection.
#pragma once

#include "sqlite_connection.hpp"

#include <parley/chat/store/store.hpp>

#include <string>

namespace parley::chat {

/// Every call is one or a few statements; see rooms, messages, accounts and outbox.
class sqlite_transaction final : public transaction {
 public:
  /// Both outlive it.
  sqlite_transaction(sqlite_connection& on, const std::string& owner) noexcept : on_(on), owner_(owner) {}

  result<std::optional<std::string>> remembered_answer(std::string_view user, std::string_view request_id,
                                                       std::string_view hash, std::int64_t now_ms) override;
  result<void> remember_answer(std::string_view user, std::string_view request_id, std::string_view hash,
                               std::string_view answer_body, std::int64_t now_ms) override;
  result<std::int64_t> append_message(const kept_message& message) override;
  result<history_page> history(const history_query& query) override;
  result<bool> add_member(std::string_view room, std::string_view user, std::int64_t now_ms) override;
  result<bool> remove_member(std::string_view room, std::string_view user) override;
  result<bool> is_member(std::string_view room, std::string_view user) override;
  result<std::optional<room_summary>> find_room(std::string_view room) override;
  result<void> create_room(std::string_view room, bool is_private, std::string_view owner, std::int64_t now_ms) override;
  result<std::vector<room_summary>> rooms_visible_to(std::string_view user, std::string_view after, std::int64_t limit) override;
  result<std::vector<member_summary>> members(std::string_view room, std::string_view after, std::int64_t limit,
                                              std::int64_t now_ms) override;
  result<account> find_account(std::string_view user) override;
  result<void> put_account(const account& value) override;
  result<bool> renew_session(std::string_view user, std::string_view session, std::int64_t now_ms, std::int64_t until_ms) override;
  result<bool> end_session(std::string_view user, std::string_view session, std::int64_t now_ms) override;
  result<std::vector<std::string>> expire_sessions(std::int64_t now_ms, std::int64_t limit) override;
  result<std::int64_t> add_publication(const publication& what, std::int64_t claimed_until_ms) override;

 private:
  sqlite_connection& on_;
  const std::string& owner_;
  std::int64_t last_publication_{0};
};

}  // namespace parley::chat
