// A layer between SQLite and the disk that counts flushes of the write-ahead log and makes flushes and writes fail.
#pragma once

#include <atomic>
#include <string>

struct sqlite3_vfs;

namespace parley::chat::test {

/// While it lives, every database that is opened goes through it. One at a time. The counters may be used from any thread.
class flush_watch {
 public:
  flush_watch();
  flush_watch(const flush_watch&) = delete;
  flush_watch& operator=(const flush_watch&) = delete;
  ~flush_watch();

  std::atomic<int> log_flushes{0};        ///< of the write-ahead log
  std::atomic<bool> flushes_fail{false};  ///< of the write-ahead log, with EIO
  std::atomic<bool> disk_full{false};     ///< every write of the log fails as on a full disk

 private:
  sqlite3_vfs* below_;
  sqlite3_vfs* own_;
};

}  // namespace parley::chat::test
