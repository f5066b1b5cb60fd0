// The few file operations that durable state needs: the seam where tests break the disk.
#pragma once

#include <parley/base/error.hpp>

#include <memory>
#include <optional>
#include <string>

namespace parley::rocketmq::consume {

/// Blocking. Errors are `storage` with the path and the system's reason.
class file_store {
 public:
  file_store() = default;
  file_store(const file_store&) = delete;
  file_store& operator=(const file_store&) = delete;
  virtual ~file_store() = default;

  /// With its parents; fine when it is there.
  virtual result<void> make_directory(const std::string& path) = 0;
  /// The whole file, or nothing when there is none. `too_large` past `most` bytes.
  virtual result<std::optional<std::string>> read(const std::string& path, std::size_t most) = 0;
  /// Replaces the file's contents and returns when they are on the disk.
  virtual result<void> write(const std::string& path, const std::string& contents) = 0;
  /// Atomic; replaces `to`. Lasting once sync_directory() has returned.
  virtual result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual result<void> sync_directory(const std::string& path) = 0;
};

/// Keeps a directory to one owner, also between processes; released when destroyed and when the process ends.
class directory_lock {
 public:
  directory_lock() = default;
  directory_lock(const directory_lock&) = delete;
  directory_lock& operator=(const directory_lock&) = delete;
  virtual ~directory_lock() = default;
};

/// The machine's files.
[[nodiscard]] std::unique_ptr<file_store> make_file_store();
/// `unavailable` when somebody else has it.
[[nodiscard]] result<std::unique_ptr<directory_lock>> lock_directory(const std::string& path);

}  // namespace parley::rocketmq::consume
