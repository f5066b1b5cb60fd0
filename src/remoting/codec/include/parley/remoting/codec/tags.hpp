// Tag subscriptions: the expression, the hashes that a broker filters by, and the exact comparison that only a client can make.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/bodies/subscription.hpp>

#include <cstdint>
#include <string_view>

namespace parley::remoting {

/// Java's String.hashCode of the text: over its UTF-16 units, wrapping in 32 bits. Bytes that are not UTF-8 count as U+FFFD.
[[nodiscard]] std::int32_t java_hash(std::string_view utf8) noexcept;

/// The subscription that an expression such as "a || b" stands for: tags in order of appearance, each once, and their hashes.
/// "*" and nothing mean every message, tagged or not. `invalid_argument` for an expression of bars and blanks alone.
result<subscription_data> parse_tag_expression(std::string_view topic, std::string_view expression, std::int64_t sub_version = 0);

/// Whether a message with this tag (empty: none) is wanted: the exact comparison after the broker's by hash.
[[nodiscard]] bool matches(const subscription_data& subscription, std::string_view tag) noexcept;

}  // namespace parley::remoting
