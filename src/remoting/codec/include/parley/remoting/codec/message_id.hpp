// The two ids of a message: where a broker stored a copy of it, and the key that its producer gave it.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>
#include <parley/base/random.hpp>
#include <parley/remoting/codec/message.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::remoting {

/// Names one stored copy: the broker's address and the record's place in its commit log.
struct offset_message_id {
  message_host store_host{};
  std::int64_t physical_offset{0};
  friend bool operator==(const offset_message_id&, const offset_message_id&) = default;

  /// Upper-case hexadecimal: 32 characters, or 56 for an IPv6 host.
  [[nodiscard]] std::string to_string() const;
};

/// The reverse; `invalid_argument` for text that is no such id.
result<offset_message_id> parse_offset_message_id(std::string_view text);

/// Makes the keys that name a message for its whole life (property UNIQ_KEY): upper-case hexadecimal of
///
///     address 4 or 16 | pid u16 | random 4 | milliseconds since the month began, local time, u32 | counter u16
///
/// No two keys of one generator are equal within a month, whatever its clock does; the random part tells generators of one
/// process apart. One owner: not thread-safe.
class unique_key_generator {
 public:
  /// The clock must outlive the generator; of the host only the address is used.
  unique_key_generator(const clock& time, random_source& random, const message_host& host, std::uint16_t pid);

  [[nodiscard]] std::string next();

 private:
  void begin_month(std::int64_t now_ms) noexcept;

  const clock& clock_;
  std::string prefix_;
  std::int64_t month_begin_ms_{0};
  std::int64_t month_end_ms_{0};
  std::int64_t last_ms_{0};
  std::uint32_t given_in_ms_{0};
  std::uint16_t counter_{0};
};

}  // namespace parley::remoting
