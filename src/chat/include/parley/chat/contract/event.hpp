// The chat contract's event.
#pragma once

#include <parley/base/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::chat {

struct event {
  std::string type;          ///< user_join, user_leave, message_sent, or one that a newer peer knows
  std::string user_id;
  std::string message{};
  std::string timestamp;     ///< RFC 3339, UTC
  std::string room_id{};     ///< ours; empty from a foreign server
  std::string message_id{};  ///< ours; names the event, equal in every copy
  std::int64_t seq{0};       ///< ours; per room from 1; 0 = none (join, leave by presence, foreign)
  std::string reason{};      ///< for join and leave: presence or membership
};

[[nodiscard]] std::string encode_event(const event& in);
[[nodiscard]] result<event> decode_event(std::string_view body);

}  // namespace parley::chat
