// The write-ahead log: examined before it is used, laid out beforehand and copied back beside the writes so that it costs no time.
#pragma once

#include "sqlite_connection.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace parley::chat {

/// Refuses a log that was damaged after it was written, before anything is written to it. Nothing is lost then that a repair could save.
result<void> look_for_log_damage(sqlite_connection& on);

/// Bounds of the log in pages of 4 KiB. From the first on a thread copies it back; at the last the writer itself does.
inline constexpr int copied_back_from_pages = 2000;
inline constexpr int log_pages_at_most = 8000;

/// Writes zeros where the log will be: a flush that need not also flush a growing file's size takes half the time. Only a matter of
/// speed, so a failure (no space) changes nothing and is not told.
void lay_out_log(sqlite_connection& on);

/// Copies back what other connections have not in use; true when nothing is left to copy.
bool copy_back(sqlite_connection& on);

/// A thread with a connection of its own that copies the log back when asked. Any thread may ask.
class log_copier {
 public:
  explicit log_copier(std::unique_ptr<sqlite_connection> on);
  log_copier(const log_copier&) = delete;
  log_copier& operator=(const log_copier&) = delete;
  /// Waits for the copying that is under way.
  ~log_copier();
  void ask();

 private:
  void work();

  std::unique_ptr<sqlite_connection> on_;
  std::mutex guard_;
  std::condition_variable changed_;
  bool asked_{false}, ending_{false};
  std::thread thread_;
};

}  // namespace parley::chat
