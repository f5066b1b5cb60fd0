// A message checked, compressed and written down once, as every attempt of its send carries it.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/rocketmq/message.hpp>

#include <cstdint>
#include <string>

namespace parley::rocketmq::produce {

struct prepared_message {
  std::string topic;
  std::string unique_key;
  std::string queue_key;
  std::string properties;  ///< encoded
  bytes body;              ///< compressed where sys_flag says so
  std::int32_t sys_flag{0};
  std::int32_t flag{0};
  std::int64_t born_timestamp_ms{0};
};

/// Checks everything a broker would refuse and everything that would corrupt the properties block; `invalid_argument` and
/// `too_large` say what and how much. Pure, and heavy for large bodies: meant for the caller's thread.
result<prepared_message> prepare(message&& what, std::string unique_key, std::int64_t born_timestamp_ms, std::size_t compress_from_bytes);

/// A name that RocketMQ uses itself and a user property may not have.
[[nodiscard]] bool is_reserved_property(std::string_view name) noexcept;

}  // namespace parley::rocketmq::produce
