// The log's layout and its copying back ("checkpoint" in SQLite's words).
#include "write_ahead_log.hpp"

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

}  // namespace

void lay_out_log(sqlite_connection& on) {
  // The lock keeps every other process from appending at the same place.
  if (!on.run("BEGIN IMMEDIATE")) return on.forget_failure();
  sqlite3_file* file = nullptr;
  sqlite3_int64 size = 0;
  const bool known = sqlite3_file_control(on.raw(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) == SQLITE_OK &&
                     file != nullptr && file->pMethods != nullptr && file->pMethods->xFileSize(file, &size) == SQLITE_OK;
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
