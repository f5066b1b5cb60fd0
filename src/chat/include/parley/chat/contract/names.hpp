// Names that the contract fixes: topics, properties, and how they are configured.
#pragma once

#include <string>
#include <string_view>

namespace parley::chat {

/// The three topics of one installation.
struct topic_names {
  std::string requests, responses, events;
  /// `prefix` is CHAT_TOPIC_PREFIX; its default is "TG001-chat-service".
  [[nodiscard]] static topic_names from_prefix(std::string_view prefix);
};

inline constexpr std::string_view default_topic_prefix = "TG001-chat-service";

namespace property {
inline constexpr std::string_view request_id = "request_id";
inline constexpr std::string_view user_id = "user_id";
inline constexpr std::string_view action = "action";
inline constexpr std::string_view response_type = "response_type";
inline constexpr std::string_view event_type = "event_type";
inline constexpr std::string_view reply_to = "reply_to";
inline constexpr std::string_view trace_id = "trace_id";
}  // namespace property

}  // namespace parley::chat
