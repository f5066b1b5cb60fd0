// Versioned tables: PRAGMA user_version counts the steps below that a file has taken.
#include "schema.hpp"

#include <fmt/format.h>

#include <array>

namespace parley::chat {
namespace {

/// Says whose file it is ("PRLY").
constexpr std::int64_t application = 0x50524C59;

constexpr auto first_version = R"sql(
CREATE TABLE rooms(
  room INTEGER PRIMARY KEY, room_id TEXT NOT NULL UNIQUE, is_private INTEGER NOT NULL, owner_id TEXT NOT NULL,
  last_seq INTEGER NOT NULL, members INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
CREATE TABLE messages(
  room INTEGER NOT NULL, seq INTEGER NOT NULL, message_id TEXT NOT NULL, user_id TEXT NOT NULL,
  timestamp_ms INTEGER NOT NULL, checksum INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY(room, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE members(
  room INTEGER NOT NULL, user_id TEXT NOT NULL, joined_ms INTEGER NOT NULL, PRIMARY KEY(room, user_id)) STRICT, WITHOUT ROWID;
CREATE TABLE accounts(
  user_id TEXT PRIMARY KEY, state TEXT NOT NULL CHECK(state IN ('active', 'muted', 'banned')), balance INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
CREATE TABLE sessions(
  user_id TEXT NOT NULL, session TEXT NOT NULL, until_ms INTEGER NOT NULL, PRIMARY KEY(user_id, session)) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions(until_ms);
CREATE TABLE answers(
  week INTEGER NOT NULL, user_id TEXT NOT NULL, request_id TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(week, user_id, request_id, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, claimed_until_ms INTEGER NOT NULL, owner TEXT NOT NULL, kind INTEGER NOT NULL,
  tag TEXT NOT NULL, key TEXT NOT NULL, queue_key TEXT NOT NULL, properties BLOB NOT NULL, created_ms INTEGER NOT NULL,
  body TEXT NOT NULL) STRICT;
)sql";

/// Each is run once, in order, on a file that has taken fewer. Add at the end; never change one that was released.
constexpr std::array steps{first_version};
constexpr auto newest = static_cast<std::int64_t>(steps.size());

result<std::int64_t> number(sqlite_connection& on, const char* pragma) {
  auto asked = on.query(pragma);
  const auto row = asked.step();
  if (!row) return row.error();
  return asked.integer(0);
}

result<void> take_steps(sqlite_connection& on) {
  const auto version = number(on, "PRAGMA user_version");
  if (!version) return version.error();
  const auto owner = number(on, "PRAGMA application_id");
  if (!owner) return owner.error();
  const auto tables = number(on, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*owner != application && (*owner != 0 || *version != 0 || *tables != 0)) {
    return fail(errc::storage, fmt::format("the database {} belongs to another program: name another file", on.path()));
  }
  if (*version > newest) {
    return fail(errc::storage, fmt::format("the database {} has version {} and this program knows {}: use a newer program",
                                           on.path(), *version, newest));
  }
  if (*version == newest) return {};
  for (auto at = *version; at < newest; ++at) {
    if (auto done = on.run(steps.at(static_cast<std::size_t>(at))); !done) return done;
  }
  if (auto marked = on.run(fmt::format("PRAGMA application_id = {}", application).c_str()); !marked) return marked;
  return rewrite_version(on);
}

}  // namespace

result<void> configure(sqlite_connection& on) {
  // A fresh file asks for its first lock without waiting, so two processes that start at once may meet here.
  result<void> switched = on.run("PRAGMA journal_mode = WAL");
  for (int tries = 0; !switched && switched.error().code == errc::unavailable && tries < 3; ++tries) {
    on.forget_failure();
    switched = on.run("PRAGMA journal_mode = WAL");
  }
  if (!switched) return switched;
  // Deleted rows need no overwriting with zeros, which Debian's SQLite does by default at the price of more pages written.
  auto set = on.run(
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY;"
      "PRAGMA secure_delete = OFF; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = "
      "67108864");
  if (!set) return set;
  auto asked = on.query("PRAGMA journal_mode");
  const auto row = asked.step();
  if (!row) return row.error();
  if (asked.text(0) != "wal") {
    return fail(errc::storage, fmt::format("the database {} cannot use a write-ahead log: put it on a local disk", on.path()));
  }
  return {};
}

result<void> bring_up_to_date(sqlite_connection& on) {
  if (auto begun = on.run("BEGIN IMMEDIATE"); !begun) return begun;
  if (auto taken = take_steps(on); !taken) {
    if (on.in_transaction()) static_cast<void>(on.run("ROLLBACK"));
    return taken;
  }
  return on.run("COMMIT");
}

result<void> rewrite_version(sqlite_connection& on) { return on.run(fmt::format("PRAGMA user_version = {}", newest).c_str()); }

result<void> look_for_damage(sqlite_connection& on, std::int64_t max_bytes) {
  const auto pages = number(on, "PRAGMA page_count");
  if (!pages) return pages.error();
  const auto page_bytes = number(on, "PRAGMA page_size");
  if (!page_bytes) return page_bytes.error();
  if (*pages * *page_bytes > max_bytes) return {};
  auto asked = on.query("PRAGMA quick_check(1)");
  const auto row = asked.step();
  if (!row) return row.error();
  if (asked.text(0) == "ok") return {};
  return on.fence(fmt::format("it is damaged ({}); restore it from a backup", asked.text(0)));
}

}  // namespace parley::chat
