// Where a test may kill the server: named points in the order of one request.
#include <parley/chat/server/failpoint.hpp>

#include <array>
#include <charconv>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace parley::chat {

namespace {

constexpr std::array all_points{failpoint::before_store,        failpoint::after_store, failpoint::after_publish_response,
                                failpoint::after_publish_event, failpoint::after_mark,  failpoint::before_commit,
                                failpoint::after_commit};

}  // namespace

std::string_view name_of(failpoint point) noexcept {
  switch (point) {
    case failpoint::none: return "none";
    case failpoint::before_store: return "before_store";
    case failpoint::after_store: return "after_store";
    case failpoint::after_publish_response: return "after_publish_response";
    case failpoint::after_publish_event: return "after_publish_event";
    case failpoint::after_mark: return "after_mark";
    case failpoint::before_commit: return "before_commit";
    case failpoint::after_commit: return "after_commit";
  }
  return "none";
}

failpoints::failpoints(std::string_view spec, std::string marker) : marker_(std::move(marker)) {
  const auto colon = spec.find(':');
  std::int64_t times = 1;
  if (colon != std::string_view::npos) {
    const auto digits = spec.substr(colon + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), times);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || times < 1) return;
  }
  for (const auto point : all_points) {
    if (name_of(point) == spec.substr(0, colon)) at_ = point;
  }
  left_ = times;
}

void failpoints::die_when_due() noexcept {
  if (left_.fetch_sub(1) != 1) return;
  if (!marker_.empty()) {
    const int file = ::open(marker_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (file >= 0) ::close(file);
  }
  ::kill(::getpid(), SIGKILL);
}

}  // namespace parley::chat
