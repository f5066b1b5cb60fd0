// A database file of a test's own, and short forms for working with a store.
#pragma once

#include <parley/chat/store/store.hpp>

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::chat::test {

/// A folder that goes away with the object, with a database in it.
class database_file {
 public:
  database_file() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-store-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  database_file(const database_file&) = delete;
  database_file& operator=(const database_file&) = delete;
  ~database_file() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path() const { return folder_ + "/chat.db"; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::unique_ptr<store> open(const std::string& owner = "me", sqlite_store_options options = {}) const {
    return open_sqlite_store(path(), owner, options).value();
  }
  /// The file with its tables, closed again.
  void make() const { static_cast<void>(open()); }

 private:
  std::string folder_;
};

/// SQLite without the store, for looking into a file and damaging it.
class plain_database {
 public:
  explicit plain_database(const std::string& path) { sqlite3_open(path.c_str(), &database_); }
  plain_database(const plain_database&) = delete;
  plain_database& operator=(const plain_database&) = delete;
  ~plain_database() { sqlite3_close(database_); }

  /// False when it fails.
  bool run(const std::string& sql) { return sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK; }
  /// The first column of the first row, -1 without one.
  std::int64_t number(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
    const auto out = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return out;
  }

 private:
  sqlite3* database_{nullptr};
};

/// Runs one piece and gives its result.
inline result<void> write_one(store& to, const store::work& piece) { return to.write(std::span(&piece, 1)).at(0); }

inline kept_message message_of(const std::string& room, const std::string& user, const std::string& text, std::int64_t at_ms = 1000) {
  return {.message_id = "m-" + text, .room_id = room, .user_id = user, .text = text, .timestamp_ms = at_ms};
}

/// Appends and gives the seq.
inline result<std::int64_t> append(store& to, const kept_message& message) {
  std::int64_t seq = 0;
  auto done = write_one(to, [&](transaction& tx) -> result<void> {
    auto given = tx.append_message(message);
    if (!given) return given.error();
    seq = *given;
    return {};
  });
  if (!done) return done.error();
  return seq;
}

inline result<history_page> read_page(store& from, const history_query& query) {
  history_page page;
  auto done = write_one(from, [&](transaction& tx) -> result<void> {
    auto got = tx.history(query);
    if (!got) return got.error();
    page = std::move(*got);
    return {};
  });
  if (!done) return done.error();
  return page;
}

/// The texts of a whole room, oldest first, by pages of `limit`.
inline std::vector<std::string> texts_of(store& from, history_query query) {
  std::vector<std::string> out;
  do {
    auto page = read_page(from, query).value();
    std::vector<std::string> texts;
    for (const auto& message : page.messages) texts.push_back(message.text);
    out.insert(out.begin(), texts.begin(), texts.end());
    query.before_seq = page.next_before_seq;
  } while (query.before_seq != 0);
  return out;
}

inline publication publication_of(const std::string& body) {
  return {.what = publication::kind::event,
          .tag = "message_sent",
          .key = "k-" + body,
          .queue_key = "r",
          .properties = {{"a", "1"}},
          .body = body,
          .created_ms = 5};
}

/// Adds a publication claimed until then and gives its id.
inline std::int64_t publish(store& to, const std::string& body, std::int64_t claimed_until_ms) {
  std::int64_t id = 0;
  write_one(to, [&](transaction& tx) -> result<void> {
    id = tx.add_publication(publication_of(body), claimed_until_ms).value();
    return {};
  }).value();
  return id;
}

}  // namespace parley::chat::test
