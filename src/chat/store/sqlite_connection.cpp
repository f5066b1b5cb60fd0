// SQLite's C interface behind results.
#include "sqlite_connection.hpp"

#include <fmt/format.h>

#include <sqlite3.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace parley::chat {
namespace {

constexpr std::int64_t first_wait_us = 100;
constexpr std::int64_t longest_wait_us = 5000;

/// Made here rather than by SQLite so that only its user can read it. Only a file that is new is opened: closing any other
/// descriptor of a database drops the locks that this process holds on it.
void make_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

/// A name that starts like a URI would be taken for one.
std::string file_name(const std::string& path) { return path.starts_with("file:") ? "./" + path : path; }

}  // namespace

result<std::unique_ptr<sqlite_connection>> sqlite_connection::open(const std::string& path, milliseconds patience) {
  if (path.empty() || path == ":memory:") {
    return fail(errc::invalid_argument, fmt::format("\"{}\" is no file: name one that outlives the process", path));
  }
  const auto name = file_name(path);
  make_private_file(name);
  std::unique_ptr<sqlite_connection> out(new sqlite_connection(path, patience));
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(name.c_str(), &out->database_, flags, nullptr);
  if (code != SQLITE_OK) {
    const auto* why = out->database_ != nullptr ? sqlite3_errmsg(out->database_) : sqlite3_errstr(code);
    return fail(errc::storage, fmt::format("cannot open the database {}: {}; its folder must exist and be writable", path, why));
  }
  sqlite3_busy_handler(out->database_, &wait_for_lock, out.get());
  return out;
}

sqlite_connection::~sqlite_connection() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

int sqlite_connection::wait_for_lock(void* self, int tries) {
  auto& waiting = *static_cast<sqlite_connection*>(self);
  if (tries == 0) waiting.waited_us_ = 0;
  if (waiting.waited_us_ >= waiting.patience_.count() * 1000) return 0;
  const auto pause = std::min(first_wait_us << std::min(tries, 6), longest_wait_us);
  std::this_thread::sleep_for(std::chrono::microseconds(pause));
  waiting.waited_us_ += pause;
  return 1;
}

result<void> sqlite_connection::run(const char* sql) {
  if (fenced_) return *fenced_;
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return {};
}

sqlite_query sqlite_connection::query(const char* sql) {
  auto& statement = prepared_[sql];
  int code = SQLITE_OK;
  if (statement == nullptr) code = sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  return {*this, statement, code};
}

std::int64_t sqlite_connection::last_insert_id() const noexcept { return sqlite3_last_insert_rowid(database_); }
std::int64_t sqlite_connection::changes() const noexcept { return sqlite3_changes64(database_); }
bool sqlite_connection::in_transaction() const noexcept { return sqlite3_get_autocommit(database_) == 0; }

error sqlite_connection::fence(std::string why) {
  if (!fenced_) fenced_ = fail(errc::storage, fmt::format("the database {} is not used any more: {}", path_, why));
  failure_ = fenced_;
  // Closing would copy back what can be read of the log and remove the rest, which a repair may need.
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return *fenced_;
}

error sqlite_connection::failed(int code) {
  const std::string text = sqlite3_errmsg(database_);
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: return fail(errc::internal, fmt::format("the database {} refuses a row: {}", path_, text));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fence(fmt::format("it is damaged ({}); restore it from a backup", text));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      failure_ = fail(errc::unavailable,
                      fmt::format("the database {} was locked by another process for {} ms", path_, patience_.count()));
      return *failure_;
    case SQLITE_FULL:
      failure_ = fail(errc::storage, fmt::format("the disk of the database {} is full; nothing was stored: free some space", path_));
      return *failure_;
    default: break;
  }
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
    return fence(
        "a flush to its disk failed, so what it holds in memory may not be what the disk holds; check the disk and restart");
  }
  failure_ = fail(errc::storage, fmt::format("the database {} fails: {}", path_, text));
  return *failure_;
}

sqlite_query::~sqlite_query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void sqlite_query::note(int code) noexcept {
  if (failure_ == SQLITE_OK) failure_ = code;
}

sqlite_query& sqlite_query::bind(std::int64_t value) noexcept {
  if (statement_ != nullptr) note(sqlite3_bind_int64(statement_, next_++, value));
  return *this;
}

sqlite_query& sqlite_query::bind(std::string_view text) noexcept {
  const auto* data = text.data() == nullptr ? "" : text.data();
  if (statement_ != nullptr) note(sqlite3_bind_text64(statement_, next_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

sqlite_query& sqlite_query::bind_blob(std::string_view bytes) noexcept {
  const auto* data = bytes.data() == nullptr ? "" : bytes.data();
  if (statement_ != nullptr) note(sqlite3_bind_blob64(statement_, next_++, data, bytes.size(), SQLITE_STATIC));
  return *this;
}

result<bool> sqlite_query::step() {
  if (owner_.fenced_) return *owner_.fenced_;
  if (failure_ != SQLITE_OK) return owner_.failed(failure_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return owner_.failed(code);
}

result<void> sqlite_query::run() {
  const auto row = step();
  if (!row) return row.error();
  return {};
}

std::int64_t sqlite_query::integer(int column) const noexcept { return sqlite3_column_int64(statement_, column); }

std::string_view sqlite_query::text(int column) const noexcept {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

}  // namespace parley::chat
