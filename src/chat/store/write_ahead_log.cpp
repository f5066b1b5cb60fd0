// The log's layout and its copying back ("checkpoint" in SQLite's words).
#include "write_ahead_log.hpp"

#include "log_damage.hpp"

#include <sqlite3.h>

#include <pthread.h>

#include <algorithm>
#include <array>

namespace parley::chat {
namespace {

constexpr std::int64_t page_bytes = 4096;
constexpr std::int64_t laid_out_bytes = (copied_back_from_pages + 200) * (page_bytes + 24);
/// While the writer goes on writing there is always a little left; then the next asking continues.
constexpr int rounds_at_most = 4;

/// The zeros end the log for its readers: a frame of zeros is no frame.
bool write_zeros(sqlite3_file* file, std::int64_t from, std::int64_t to) {
  static constexpr std::array<char, 65536> zeros{};
  while (from < to) {
    const auto size = static_cast<int>(std::min<std::int64_t>(to - from, zeros.size()));
    if (file->pMethods->xWrite(file, zeros.data(), size, from) != SQLITE_OK) return false;
    from += size;
  }
  return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

/// The log's file as SQLite has it open. Look at it within a transaction: then no other process appends to it.
struct log_file {
  sqlite3_file* file{nullptr};
  sqlite3_int64 size{0};
  bool known{false};
};

log_file log_file_of(sqlite_connection& on) {
  log_file out;
  const int code = sqlite3_file_control(on.raw(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &out.file);
  out.known = code == SQLITE_OK && out.file != nullptr && out.file->pMethods != nullptr &&
              out.file->pMethods->xFileSize(out.file, &out.size) == SQLITE_OK;
  return out;
}

}  // namespace

result<void> look_for_log_damage(sqlite_connection& on) {
  if (auto begun = on.run("BEGIN IMMEDIATE"); !begun) return begun;
  const auto log = log_file_of(on);
  const auto read = [&log](std::int64_t from, std::span<std::uint8_t> to) {
    return log.file->pMethods->xRead(log.file, to.data(), static_cast<int>(to.size()), from) == SQLITE_OK;
  };
  const bool damaged = log.known && drops_acknowledged_commits(log.size, read);
  if (auto ended = on.run("ROLLBACK"); !ended) return ended;
  if (!damaged) return {};
  return on.fence(
      "its log (-wal) is damaged, and what was stored last would be lost without a word; restore it from a backup, or "
      "remove the log to go on without what it holds");
}

void lay_out_log(sqlite_connection& on) {
  // The lock keeps every other process from appending at the same place.
  if (!on.run("BEGIN IMMEDIATE")) return on.forget_failure();
  const auto [file, size, known] = log_file_of(on);
  if (known && size < laid_out_bytes && !write_zeros(file, size, laid_out_bytes)) file->pMethods->xTruncate(file, size);
  static_cast<void>(on.run("ROLLBACK"));
}

bool copy_back(sqlite_connection& on) {
  int in_log = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(on.raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  return code == SQLITE_OK && in_log == copied;
}

log_copier::log_copier(std::unique_ptr<sqlite_connection> on) : on_(std::move(on)), thread_([this] { work(); }) {}

log_copier::~log_copier() {
  {
    const std::lock_guard lock(guard_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void log_copier::ask() {
  {
    const std::lock_guard lock(guard_);
    asked_ = true;
  }
  changed_.notify_one();
}

void log_copier::work() {
  ::pthread_setname_np(::pthread_self(), "parley-wal");
  std::unique_lock lock(guard_);
  for (;;) {
    changed_.wait(lock, [this] { return asked_ || ending_; });
    if (ending_) return;
    asked_ = false;
    lock.unlock();
    for (int round = 0; round < rounds_at_most && !copy_back(*on_); ++round) {
    }
    lock.lock();
  }
}

}  // namespace parley::chat
