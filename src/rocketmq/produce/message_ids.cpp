// Making unique keys.
#include "produce/message_ids.hpp"

#include <parley/base/bytes.hpp>

#include <algorithm>
#include <ctime>

namespace parley::rocketmq::produce {
namespace {

// Local time, as Java's clients count: tools turn the number back into a time that way.
std::int64_t month_start_ms(std::int64_t wall_ms, int months_later) {
  const auto seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  parts.tm_mday = 1;
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_mon += months_later;
  parts.tm_isdst = -1;
  return static_cast<std::int64_t>(std::mktime(&parts)) * 1000;
}

}  // namespace

message_ids::message_ids(std::array<std::uint8_t, 4> ip, std::uint16_t pid, std::uint64_t seed) : random_(seed), ip_(ip), pid_(pid) {}

void message_ids::begin_month(std::int64_t wall_ms) {
  month_begin_ms_ = month_start_ms(wall_ms, 0);
  month_end_ms_ = month_start_ms(wall_ms, 1);
  salt_ = static_cast<std::uint32_t>(random_.next());
  last_ = 0;
}

std::string message_ids::next(std::int64_t wall_ms) {
  bytes raw;
  raw.reserve(16);
  byte_writer out(raw);
  out.append(byte_view(ip_));
  out.write(pid_);
  {
    const std::lock_guard lock(mutex_);
    if (wall_ms < month_begin_ms_ || wall_ms >= month_end_ms_) begin_month(wall_ms);
    const auto now = static_cast<std::uint64_t>(wall_ms - month_begin_ms_) << 16U;
    last_ = std::max(now, last_ + 1);
    out.write(salt_);
    out.write(static_cast<std::uint32_t>(last_ >> 16U));
    out.write(static_cast<std::uint16_t>(last_));
  }
  return to_hex(raw);
}

}  // namespace parley::rocketmq::produce
