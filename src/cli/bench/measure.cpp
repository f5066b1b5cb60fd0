// What a benchmark measures beside its own times: processor time and memory of processes, the disk's flush.
#include "bench/measure.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace parley::cli {

namespace {

constexpr std::size_t page_bytes = 4096;

/// A descriptor that is closed at the end.
class open_file {
 public:
  explicit open_file(const std::string& path) : number_(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600)) {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

}  // namespace

double percentile(samples values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = std::ceil(share * static_cast<double>(values.size())) - 1;
  return values[static_cast<std::size_t>(std::clamp(rank, 0.0, static_cast<double>(values.size() - 1)))];
}

double cpu_us_of(pid_t process) {
  double out = 0;
  std::error_code gone;
  for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process), gone)) {
    std::ifstream file(thread.path() / "schedstat");
    std::int64_t ran_ns = 0;
    if (file >> ran_ns) out += static_cast<double>(ran_ns) / 1000;
  }
  return out;
}

std::int64_t rss_kib_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/status", process));
  for (std::string word; file >> word;) {
    std::int64_t kib = 0;
    if (word == "VmRSS:" && file >> kib) return kib;
  }
  return 0;
}

result<samples> time_fdatasync(const std::string& folder, int times) {
  const auto path = fmt::format("{}/parley-bench-{}.tmp", folder, ::getpid());
  const open_file file(path);
  if (file.number() < 0) return fail(errc::storage, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  ::unlink(path.c_str());
  const std::array<char, page_bytes> page{};
  samples out;
  for (int i = 0; i < times; ++i) {
    const bool written = ::write(file.number(), page.data(), page.size()) == static_cast<ssize_t>(page.size());
    const auto begun = std::chrono::steady_clock::now();
    if (!written || ::fdatasync(file.number()) != 0) return fail(errc::storage, fmt::format("cannot flush {}: {}", path, std::strerror(errno)));
    out.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count());
  }
  return out;
}

}  // namespace parley::cli
