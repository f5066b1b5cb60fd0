// Files and folders as what must be durable sees them: the seam where tests break the disk.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace parley {

/// Bytes at positions. Every call blocks. Errors are `storage` with the path and the system's reason; a write that meets a full disk is
/// `overloaded`. Safe for several threads as long as no two write the same bytes.
class file {
 public:
  file() = default;
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  virtual ~file() = default;

  /// How many bytes were read: fewer than asked for at the end of the file only.
  [[nodiscard]] virtual result<std::size_t> read(std::uint64_t at, std::span<std::uint8_t> into) const = 0;
  /// All of it or an error, after which any part may have been written.
  virtual result<void> write(std::uint64_t at, byte_view what) = 0;
  /// Returns when what was written before the call would outlive a power cut. After an error nothing is known of any of it, and
  /// asking again would not tell: the system may have forgotten what it could not write.
  virtual result<void> flush() = 0;
  /// Makes the file at least so large, with room on the disk for every byte; new bytes read as zero. `overloaded` when the disk is
  /// full: nothing has changed then.
  virtual result<void> reserve(std::uint64_t size) = 0;
  [[nodiscard]] virtual result<std::uint64_t> size() const = 0;
  /// What is read next comes from the disk, not from the memory of what was written.
  virtual void forget_cached() = 0;
};

/// One folder's files, by name.
class folder {
 public:
  folder() = default;
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  virtual ~folder() = default;

  /// Sorted.
  [[nodiscard]] virtual result<std::vector<std::string>> names() const = 0;
  /// An existing file.
  [[nodiscard]] virtual result<std::unique_ptr<file>> open(const std::string& name) = 0;
  /// An empty file; `invalid_argument` when there is one of this name.
  [[nodiscard]] virtual result<std::unique_ptr<file>> create(const std::string& name) = 0;
  virtual result<void> remove(const std::string& name) = 0;
  /// Returns when the files that were made and removed before would be so after a power cut.
  virtual result<void> flush() = 0;
};

}  // namespace parley
