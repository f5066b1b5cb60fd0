// RFC 3339, both ways.
#include <parley/chat/contract/timestamp.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace parley::chat {
namespace {

using namespace std::chrono;

constexpr sys_days first_day = year{0} / January / 1;
constexpr sys_days last_day = year{9999} / December / 31;

/// Takes fixed fields off the front of the text; once one does not fit, nothing does.
class field_taker {
 public:
  explicit field_taker(std::string_view text) noexcept : rest_(text) {}

  /// Exactly `width` digits.
  int digits(std::size_t width) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool optional(std::string_view any_of) noexcept {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void literal(std::string_view any_of) noexcept { ok_ = optional(any_of) && ok_; }
  /// At least one digit; the first three are milliseconds.
  int milliseconds_after_point() noexcept {
    int value = digits(1) * 100;
    for (int weight = 10; digit_next(); weight /= 10) value += digits(1) * weight;  // a weight of 0 cuts off what is finer
    return value;
  }
  [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }
  [[nodiscard]] bool negative_next() const noexcept { return !rest_.empty() && rest_.front() == '-'; }

 private:
  [[nodiscard]] bool digit_next() const noexcept { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

  std::string_view rest_;
  bool ok_{true};
};

std::optional<minutes> take_offset(field_taker& in) {
  if (in.optional("Zz")) return minutes{0};
  const bool west = in.negative_next();
  in.literal("+-");
  const int hour = in.digits(2);
  in.literal(":");
  const int minute = in.digits(2);
  if (hour > 23 || minute > 59) return std::nullopt;
  const minutes size = hours{hour} + minutes{minute};
  return west ? -size : size;
}

}  // namespace

std::string format_timestamp(std::int64_t ms) {
  const sys_time<std::chrono::milliseconds> least = first_day;
  const sys_time<std::chrono::milliseconds> most = last_day + days{1} - std::chrono::milliseconds{1};
  const auto at = std::clamp(sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms)), least, most);
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  field_taker in(text);
  const int year_number = in.digits(4);
  in.literal("-");
  const int month_number = in.digits(2);
  in.literal("-");
  const int day_number = in.digits(2);
  in.literal("Tt ");
  const int hour = in.digits(2);
  in.literal(":");
  const int minute = in.digits(2);
  in.literal(":");
  const int second = in.digits(2);
  const int fraction = in.optional(".") ? in.milliseconds_after_point() : 0;
  const auto offset = take_offset(in);
  const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)}, day{static_cast<unsigned>(day_number)}};
  if (!in.done() || !offset || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto at = sys_days{date} + hours{hour} + minutes{minute} + seconds{std::min(second, 59)} - *offset;
  return duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count() + fraction;
}

}  // namespace parley::chat
