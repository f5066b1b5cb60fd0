// Unique keys of messages (RocketMQ's UNIQ_KEY), made once a message and kept over its retries.
#pragma once

#include <parley/base/random.hpp>

#include <array>
#include <cstdint>
#include <mutex>
#include <string>

namespace parley::rocketmq::produce {

/// Makes ids of 32 upper-case hexadecimal digits in the layout that RocketMQ's tools read:
///
///   | ip 4 | pid 2 | random 4 | ms since the month began 4 | counter 2 |
///
/// Time and counter are one number that only ever grows, so a clock that stands or goes back makes no id twice; the random
/// part is drawn anew when the month changes and the number may start over. Thread-safe.
class message_ids {
 public:
  message_ids(std::array<std::uint8_t, 4> ip, std::uint16_t pid, std::uint64_t seed);

  [[nodiscard]] std::string next(std::int64_t wall_ms);

 private:
  void begin_month(std::int64_t wall_ms);

  std::mutex mutex_;
  random_source random_;
  std::array<std::uint8_t, 4> ip_;
  std::uint16_t pid_;
  std::uint32_t salt_{0};
  std::int64_t month_begin_ms_{0};
  std::int64_t month_end_ms_{0};
  std::uint64_t last_{0};  // milliseconds in the upper bits, the counter in the lower 16
};

}  // namespace parley::rocketmq::produce
