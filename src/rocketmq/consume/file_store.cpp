// File operations by POSIX, with every return value looked at.
#include "consume/file_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

error failed(const char* doing, const std::string& path, int reason) {
  return fail(errc::storage, fmt::format("{} {}: {}", doing, path, std::generic_category().message(reason)));
}

/// Closes what it holds.
class descriptor {
 public:
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&&) = delete;
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool open() const noexcept { return fd_ >= 0; }
  /// A late write error shows here.
  [[nodiscard]] bool close() noexcept { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

descriptor open_file(const std::string& path, int flags) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  } while (fd < 0 && errno == EINTR);
  return descriptor(fd);
}

result<void> write_whole(int fd, const std::string& path, const std::string& contents) {
  std::size_t done = 0;
  while (done < contents.size()) {
    const auto wrote = ::write(fd, contents.data() + done, contents.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return failed("cannot write", path, errno);
    done += static_cast<std::size_t>(wrote);
  }
  return {};
}

class posix_files final : public file_store {
 public:
  result<void> make_directory(const std::string& path) override {
    std::error_code reason;
    std::filesystem::create_directories(path, reason);
    if (reason) return failed("cannot make the directory", path, reason.value());
    return {};
  }

  result<std::optional<std::string>> read(const std::string& path, std::size_t most) override {
    const auto file = open_file(path, O_RDONLY);
    if (!file.open()) {
      if (errno == ENOENT) return std::optional<std::string>{};
      return failed("cannot open", path, errno);
    }
    std::string out;
    char part[16384];
    for (;;) {
      const auto got = ::read(file.get(), part, sizeof part);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("cannot read", path, errno);
      if (got == 0) return std::optional<std::string>(std::move(out));
      if (out.size() + static_cast<std::size_t>(got) > most) {
        return fail(errc::too_large, fmt::format("{} is larger than {} bytes", path, most));
      }
      out.append(part, static_cast<std::size_t>(got));
    }
  }

  result<void> write(const std::string& path, const std::string& contents) override {
    auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.open()) return failed("cannot create", path, errno);
    auto written = write_whole(file.get(), path, contents);
    if (!written) return written;
    if (::fsync(file.get()) != 0) return failed("cannot flush", path, errno);
    if (!file.close()) return failed("cannot close", path, errno);
    return {};
  }

  result<void> rename(const std::string& from, const std::string& to) override {
    if (std::rename(from.c_str(), to.c_str()) != 0) return failed("cannot rename to", to, errno);
    return {};
  }

  result<void> sync_directory(const std::string& path) override {
    const auto directory = open_file(path, O_RDONLY | O_DIRECTORY);
    if (!directory.open()) return failed("cannot open", path, errno);
    if (::fsync(directory.get()) != 0) return failed("cannot flush", path, errno);
    return {};
  }
};

class flock_holder final : public directory_lock {
 public:
  explicit flock_holder(descriptor file) noexcept : file_(std::move(file)) {}

 private:
  descriptor file_;
};

}  // namespace

std::unique_ptr<file_store> make_file_store() { return std::make_unique<posix_files>(); }

result<std::unique_ptr<directory_lock>> lock_directory(const std::string& path) {
  const auto name = path + "/lock";
  auto file = open_file(name, O_RDWR | O_CREAT);
  if (!file.open()) return failed("cannot create", name, errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed("cannot lock", name, errno);
    return fail(errc::unavailable, fmt::format("{} is in use by another consumer: give each a directory of its own", path));
  }
  return std::unique_ptr<directory_lock>(std::make_unique<flock_holder>(std::move(file)));
}

}  // namespace parley::rocketmq::consume
