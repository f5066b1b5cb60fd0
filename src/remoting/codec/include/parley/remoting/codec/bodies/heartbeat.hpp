// The heartbeat's body (34): who the client is and what its groups do.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/bodies/subscription.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::remoting {

enum class consume_type : std::uint8_t { actively, passively, pop };  ///< pull, push, pop
enum class message_model : std::uint8_t { clustering, broadcasting };
enum class consume_from : std::uint8_t {
  last_offset,
  first_offset,
  timestamp,
  last_offset_and_from_min_when_boot_first,  ///< this and the next two: legacy
  min_offset,
  max_offset,
};

/// Apache's names, such as "CONSUME_PASSIVELY".
[[nodiscard]] std::string_view name_of(consume_type in) noexcept;
[[nodiscard]] std::string_view name_of(message_model in) noexcept;
[[nodiscard]] std::string_view name_of(consume_from in) noexcept;

struct consumer_data {
  std::string group;
  consume_type type{consume_type::passively};
  message_model model{message_model::clustering};
  consume_from from{consume_from::last_offset};
  std::vector<subscription_data> subscriptions{};
  bool unit_mode{false};
  friend bool operator==(const consumer_data&, const consumer_data&) = default;
};

struct heartbeat {
  std::string client_id;
  std::vector<std::string> producer_groups{};
  std::vector<consumer_data> consumers{};
  std::int32_t fingerprint{0};  ///< not 0 selects the second form of heartbeats
  bool without_subscriptions{false};
  friend bool operator==(const heartbeat&, const heartbeat&) = default;

  [[nodiscard]] result<bytes> encode() const;
  /// `malformed` for an unknown name of a type, model or starting point.
  static result<heartbeat> decode(byte_view in);
};

}  // namespace parley::remoting
