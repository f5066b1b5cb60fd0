// One connection to an SQLite file: statements kept prepared, waits for locks bounded, failures as errors, damage remembered.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace parley::chat {

class sqlite_connection;

/// One use of a prepared statement: bind what its '?' stand for in order, step, read columns. What was bound must outlive the use.
/// The statement is reset when this is destroyed; there may be one use of the same text at a time.
class sqlite_query {
 public:
  sqlite_query(sqlite_connection& owner, sqlite3_stmt* statement, int failure) noexcept
      : owner_(owner), statement_(statement), failure_(failure) {}
  sqlite_query(const sqlite_query&) = delete;
  sqlite_query& operator=(const sqlite_query&) = delete;
  ~sqlite_query();

  sqlite_query& bind(std::int64_t value) noexcept;
  sqlite_query& bind(std::string_view text) noexcept;
  sqlite_query& bind_blob(std::string_view bytes) noexcept;

  /// True when there is a row.
  result<bool> step();
  /// For statements that give no row.
  result<void> run();

  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  /// Lives until the next step.
  [[nodiscard]] std::string_view text(int column) const noexcept;

 private:
  void note(int code) noexcept;

  sqlite_connection& owner_;
  sqlite3_stmt* statement_;
  int failure_;
  int next_{1};
};

/// Used by one thread at a time.
class sqlite_connection {
 public:
  /// Opens an existing file, or makes it, readable by this user only. A call waits at most about `patience` for another process's lock.
  static result<std::unique_ptr<sqlite_connection>> open(const std::string& path, milliseconds patience);
  sqlite_connection(const sqlite_connection&) = delete;
  sqlite_connection& operator=(const sqlite_connection&) = delete;
  ~sqlite_connection();

  /// Runs statements that give no rows and bind nothing.
  result<void> run(const char* sql);
  /// `sql` must be a literal: its address names the prepared statement.
  sqlite_query query(const char* sql);
  [[nodiscard]] std::int64_t last_insert_id() const noexcept;
  /// How many rows the last statement changed.
  [[nodiscard]] std::int64_t changes() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;

  /// The storage failure since the last forget_failure(), if there was one: then the whole transaction is void. Broken
  /// constraints are not among them.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }
  void forget_failure() noexcept { failure_.reset(); }
  /// Refuses everything from now on: the file is damaged, or what was flushed cannot be trusted.
  error fence(std::string why);
  [[nodiscard]] const std::optional<error>& fenced() const noexcept { return fenced_; }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] sqlite3* raw() const noexcept { return database_; }

 private:
  friend class sqlite_query;
  sqlite_connection(std::string path, milliseconds patience) : path_(std::move(path)), patience_(patience) {}
  static int wait_for_lock(void* self, int tries);
  /// The code as an error; remembers it where it voids a transaction.
  error failed(int code);

  std::string path_;
  milliseconds patience_;
  std::int64_t waited_us_{0};
  sqlite3* database_{nullptr};
  std::unordered_map<const char*, sqlite3_stmt*> prepared_;
  std::optional<error> failure_, fenced_;
};

}  // namespace parley::chat
