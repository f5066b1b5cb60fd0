// Answers and publications: each a row of one tree, so that keeping one dirties one page.
#include "outbox.hpp"

#include <parley/base/bytes.hpp>

#include <algorithm>

namespace parley::chat {
namespace {

/// A process's wall clock may be this far ahead of another's before its claims are taken for wrong.
constexpr std::int64_t clock_slack_ms = 60'000;

/// Answers are found by the week they were given in and forgotten by whole weeks, which needs no second index.
constexpr std::int64_t week_ms = 7LL * 24 * 3600 * 1000;
/// Outbox ids begin with the time, so that one is not given again once its row is gone; taking out an old one then hits no new one.
constexpr int id_bits_below_ms = 20;

std::string pack(const std::map<std::string, std::string, std::less<>>& properties) {
  bytes out;
  byte_writer writer(out);
  const auto add = [&writer](std::string_view text) {
    writer.write(static_cast<std::uint32_t>(text.size()));
    writer.append(text);
  };
  for (const auto& [key, value] : properties) {
    add(key);
    add(value);
  }
  return std::string(as_text(out));
}

std::map<std::string, std::string, std::less<>> unpack(std::string_view packed) {
  std::map<std::string, std::string, std::less<>> out;
  byte_reader reader(as_bytes(packed));
  while (reader.ok() && reader.remaining() > 0) {
    const auto key = as_text(reader.take(reader.read<std::uint32_t>()));
    const auto value = as_text(reader.take(reader.read<std::uint32_t>()));
    if (reader.ok()) out.emplace(key, value);
  }
  return out;
}

publication publication_from(const sqlite_query& row) {
  return {.id = row.integer(0),
          .what = row.integer(1) == 0 ? publication::kind::response : publication::kind::event,
          .tag = std::string(row.text(2)),
          .key = std::string(row.text(3)),
          .queue_key = std::string(row.text(4)),
          .properties = unpack(row.text(5)),
          .body = std::string(row.text(7)),
          .created_ms = row.integer(6)};
}

result<void> claim(sqlite_connection& on, std::int64_t id, std::string_view owner, std::int64_t until_ms) {
  return on.query("UPDATE outbox SET owner = ?, claimed_until_ms = ? WHERE id = ?").bind(owner).bind(until_ms).bind(id).run();
}

}  // namespace

result<std::optional<std::string>> find_answer(sqlite_connection& on, std::string_view user, std::string_view request_id,
                                               std::string_view hash, std::int64_t now_ms) {
  const auto week = now_ms / week_ms;
  // The next week, too: another server's clock, or our own before it was set back, may have been there already. Written out,
  // since SQLite makes a table of its own for an IN at each run.
  auto asked = on.query(
      "SELECT body FROM answers WHERE week = ?1 AND user_id = ?2 AND request_id = ?3 AND hash = ?4 UNION ALL "
      "SELECT body FROM answers WHERE week = ?1 - 1 AND user_id = ?2 AND request_id = ?3 AND hash = ?4 UNION ALL "
      "SELECT body FROM answers WHERE week = ?1 + 1 AND user_id = ?2 AND request_id = ?3 AND hash = ?4");
  asked.bind(week).bind(user).bind(request_id).bind(hash);
  const auto row = asked.step();
  if (!row) return row.error();
  if (!*row) return std::optional<std::string>{};
  return std::optional(std::string(asked.text(0)));
}

result<void> insert_answer(sqlite_connection& on, std::string_view user, std::string_view request_id, std::string_view hash,
                           std::string_view body, std::int64_t now_ms) {
  return on.query("INSERT INTO answers(week, user_id, request_id, hash, body) VALUES(?, ?, ?, ?, ?)")
      .bind(now_ms / week_ms)
      .bind(user)
      .bind(request_id)
      .bind(hash)
      .bind(body)
      .run();
}

result<std::int64_t> delete_answers(sqlite_connection& on, std::int64_t now_ms, std::int64_t limit) {
  auto deleted = on.query(
                       "DELETE FROM answers WHERE (week, user_id, request_id, hash) IN "
                       "(SELECT week, user_id, request_id, hash FROM answers WHERE week < ? ORDER BY week LIMIT ?)")
                     .bind(now_ms / week_ms - 1)
                     .bind(limit)
                     .run();
  if (!deleted) return deleted.error();
  return on.changes();
}

result<std::int64_t> insert_publication(sqlite_connection& on, const publication& what, std::string_view owner,
                                        std::int64_t claimed_until_ms, std::int64_t& last_id) {
  const auto least_id = std::max(last_id + 1, what.created_ms << id_bits_below_ms);
  const auto properties = pack(what.properties);
  auto added = on.query(
                     "INSERT INTO outbox(id, claimed_until_ms, owner, kind, tag, key, queue_key, properties, created_ms, body) "
                     "VALUES(max(?, (SELECT ifnull(max(id), 0) + 1 FROM outbox)), ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                   .bind(least_id)
                   .bind(claimed_until_ms)
                   .bind(owner)
                   .bind(std::int64_t{what.what == publication::kind::event})
                   .bind(what.tag)
                   .bind(what.key)
                   .bind(what.queue_key)
                   .bind_blob(properties)
                   .bind(what.created_ms)
                   .bind(what.body)
                   .run();
  if (!added) return added.error();
  last_id = on.last_insert_id();
  return last_id;
}

result<void> delete_publications(sqlite_connection& on, std::span<const std::int64_t> ids) {
  for (const auto id : ids) {
    if (auto deleted = on.query("DELETE FROM outbox WHERE id = ?").bind(id).run(); !deleted) return deleted;
  }
  return {};
}

result<std::int64_t> count_publications(sqlite_connection& on) {
  auto asked = on.query("SELECT count(*) FROM outbox");
  const auto row = asked.step();
  if (!row) return row.error();
  return asked.integer(0);
}

result<bool> has_unclaimed(sqlite_connection& on, std::int64_t now_ms, std::int64_t until_ms) {
  return on.query("SELECT 1 FROM outbox WHERE claimed_until_ms < ? OR claimed_until_ms > ? LIMIT 1")
      .bind(now_ms)
      .bind(until_ms + clock_slack_ms)
      .step();
}

result<std::vector<publication>> claim_unclaimed(sqlite_connection& on, std::string_view owner, std::int64_t now_ms,
                                                 std::int64_t until_ms, std::int64_t limit) {
  std::vector<publication> out;
  {
    auto rows = on.query(
        "SELECT id, kind, tag, key, queue_key, properties, created_ms, body FROM outbox "
        "WHERE claimed_until_ms < ? OR claimed_until_ms > ? ORDER BY id LIMIT ?");
    rows.bind(now_ms).bind(until_ms + clock_slack_ms).bind(limit);
    auto row = rows.step();
    for (; row && *row; row = rows.step()) out.push_back(publication_from(rows));
    if (!row) return row.error();
  }
  for (const auto& one : out) {
    if (auto claimed = claim(on, one.id, owner, until_ms); !claimed) return claimed.error();
  }
  return out;
}

}  // namespace parley::chat
