// What topics and groups may be called, checked before a broker is asked.
#pragma once

#include <parley/base/error.hpp>

#include <string_view>

namespace parley::rocketmq::core {

/// The topic that a broker with auto-create announces: its route says where unknown topics may be made.
inline constexpr std::string_view auto_create_topic = "TBW102";
inline constexpr std::string_view retry_topic_prefix = "%RETRY%";
inline constexpr std::string_view dead_letter_topic_prefix = "%DLQ%";

/// 1 to 127 characters (255 for retry and dead-letter topics) of [%|a-zA-Z0-9_-]; `invalid_argument` says which one is wrong.
result<void> check_topic(std::string_view topic);
/// 1 to 120 of the same characters.
result<void> check_group(std::string_view group);
/// One of RocketMQ's own groups, which every broker has.
[[nodiscard]] bool is_own_group(std::string_view group) noexcept;

}  // namespace parley::rocketmq::core
