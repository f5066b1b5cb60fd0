// The machine's files: pread, pwrite, fdatasync, fallocate.
#include <parley/io/files.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace parley::io {

namespace {

error system_failure(const char* what, const std::string& path, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return fail(full ? errc::overloaded : errc::storage, fmt::format("cannot {} {}: {}", what, path, std::generic_category().message(number)));
}

class posix_file final : public file {
 public:
  posix_file(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~posix_file() override { ::close(descriptor_); }

  result<std::size_t> read(std::uint64_t at, std::span<std::uint8_t> into) const override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = ::pread(descriptor_, into.data() + done, into.size() - done, static_cast<off_t>(at + done));
      if (got == 0) break;
      if (got > 0) {
        done += static_cast<std::size_t>(got);
      } else if (errno != EINTR) {
        return system_failure("read", path_, errno);
      }
    }
    return done;
  }

  result<void> write(std::uint64_t at, byte_view what) override {
    std::size_t done = 0;
    while (done < what.size()) {
      const auto put = ::pwrite(descriptor_, what.data() + done, what.size() - done, static_cast<off_t>(at + done));
      if (put > 0) {
        done += static_cast<std::size_t>(put);
      } else if (put == 0 || errno != EINTR) {
        return system_failure("write", path_, put == 0 ? EIO : errno);
      }
    }
    return {};
  }

  result<void> flush() override {
    // Not tried again, whatever the reason: a second attempt can succeed although the first one lost pages.
    if (::fdatasync(descriptor_) != 0) return system_failure("flush", path_, errno);
    return {};
  }

  result<void> reserve(std::uint64_t size) override {
    const int failed = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
    if (failed != 0) return system_failure("reserve room for", path_, failed);
    return {};
  }

  result<std::uint64_t> size() const override {
    struct stat found {};
    if (::fstat(descriptor_, &found) != 0) return system_failure("look at", path_, errno);
    return static_cast<std::uint64_t>(found.st_size);
  }

  void forget_cached() override { ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED); }

 private:
  int descriptor_;
  std::string path_;
};

class posix_folder final : public folder {
 public:
  explicit posix_folder(std::string path) : path_(std::move(path)) {}

  result<std::vector<std::string>> names() const override {
    std::vector<std::string> out;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(path_, failed), end; !failed && at != end; at.increment(failed)) {
      out.push_back(at->path().filename().string());
    }
    if (failed) return system_failure("list", path_, failed.value());
    std::sort(out.begin(), out.end());
    return out;
  }

  result<std::unique_ptr<file>> open(const std::string& name) override { return opened(name, O_RDWR); }
  result<std::unique_ptr<file>> create(const std::string& name) override { return opened(name, O_RDWR | O_CREAT | O_EXCL); }

  result<void> remove(const std::string& name) override {
    const auto path = path_ + "/" + name;
    if (::unlink(path.c_str()) != 0) return system_failure("remove", path, errno);
    return {};
  }

  result<void> flush() override {
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return system_failure("open", path_, errno);
    const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (failed != 0) return system_failure("flush", path_, failed);
    return {};
  }

 private:
  result<std::unique_ptr<file>> opened(const std::string& name, int flags) {
    constexpr mode_t for_us_alone = 0600;
    auto path = path_ + "/" + name;
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, for_us_alone);
    if (descriptor < 0 && errno == EEXIST) return fail(errc::invalid_argument, fmt::format("{} is there already", path));
    if (descriptor < 0) return system_failure("open", path, errno);
    return std::unique_ptr<file>(std::make_unique<posix_file>(descriptor, std::move(path)));
  }

  std::string path_;
};

}  // namespace

result<std::unique_ptr<folder>> open_folder(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) return system_failure("make", path, failed.value());
  return std::unique_ptr<folder>(std::make_unique<posix_folder>(path));
}

}  // namespace parley::io
