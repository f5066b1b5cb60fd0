// Accounts, and presence as leases.
#include "accounts.hpp"

namespace parley::chat {
namespace {

result<bool> has_session(sqlite_connection& on, std::string_view user, std::int64_t since_ms) {
  return on.query("SELECT 1 FROM sessions WHERE user_id = ? AND until_ms >= ? LIMIT 1").bind(user).bind(since_ms).step();
}

result<void> delete_sessions_of(sqlite_connection& on, std::string_view user) {
  return on.query("DELETE FROM sessions WHERE user_id = ?").bind(user).run();
}

result<std::vector<std::string>> users_with_expired(sqlite_connection& on, std::int64_t now_ms, std::int64_t limit) {
  auto asked = on.query(
      "SELECT DISTINCT user_id FROM (SELECT user_id FROM sessions WHERE until_ms < ? ORDER BY until_ms LIMIT ?)");
  asked.bind(now_ms).bind(limit);
  std::vector<std::string> out;
  auto row = asked.step();
  for (; row && *row; row = asked.step()) out.emplace_back(asked.text(0));
  if (!row) return row.error();
  return out;
}

}  // namespace

result<account> read_account(sqlite_connection& on, std::string_view user) {
  auto asked = on.query("SELECT state, balance FROM accounts WHERE user_id = ?");
  const auto row = asked.bind(user).step();
  if (!row) return row.error();
  account out{.user_id = std::string(user)};
  if (!*row) return out;
  out.state = asked.text(0);
  out.balance = asked.integer(1);
  return out;
}

result<void> write_account(sqlite_connection& on, const account& value) {
  return on
      .query(
          "INSERT INTO accounts(user_id, state, balance) VALUES(?, ?, ?) "
          "ON CONFLICT DO UPDATE SET state = excluded.state, balance = excluded.balance")
      .bind(value.user_id)
      .bind(value.state)
      .bind(value.balance)
      .run();
}

result<bool> write_session(sqlite_connection& on, std::string_view user, std::string_view session, std::int64_t until_ms) {
  const auto known = has_session(on, user, 0);
  if (!known) return known.error();
  auto renewed = on.query(
                       "INSERT INTO sessions(user_id, session, until_ms) VALUES(?, ?, ?) "
                       "ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms")
                     .bind(user)
                     .bind(session)
                     .bind(until_ms)
                     .run();
  if (!renewed) return renewed.error();
  return !*known;
}

result<bool> delete_session(sqlite_connection& on, std::string_view user, std::string_view session, std::int64_t now_ms) {
  auto ended = on.query("DELETE FROM sessions WHERE user_id = ? AND session = ?").bind(user).bind(session).run();
  if (!ended) return ended.error();
  if (on.changes() == 0) return false;
  const auto live = has_session(on, user, now_ms);
  if (!live) return live.error();
  if (*live) return false;
  if (auto rest = delete_sessions_of(on, user); !rest) return rest.error();
  return true;
}

result<std::vector<std::string>> delete_expired_sessions(sqlite_connection& on, std::int64_t now_ms, std::int64_t limit) {
  auto users = users_with_expired(on, now_ms, limit);
  if (!users) return users;
  std::vector<std::string> gone;
  for (auto& user : *users) {
    const auto live = has_session(on, user, now_ms);
    if (!live) return live.error();
    auto ended = *live ? on.query("DELETE FROM sessions WHERE user_id = ? AND until_ms < ?").bind(user).bind(now_ms).run()
                       : delete_sessions_of(on, user);
    if (!ended) return ended.error();
    if (!*live) gone.push_back(std::move(user));
  }
  return gone;
}

}  // namespace parley::chat
