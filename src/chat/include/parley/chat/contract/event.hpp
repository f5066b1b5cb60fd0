// The chat contract's event.
#pragma once

#include <parley/base/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::chat {

struct event {
  std::string type;  ///< user_join, user_leave, message_sent, or one that a newer peer knows
  std::string user_id;
  std::string message{};
  std::string timestamp;     ///< RFC 3339, UTC
  std::string room_id{};     ///< ours; empty from a foreign server
  std::string message_id{};  ///< ours; names the event, equal in every copy
  std::int64_t seq{0};       ///< ours; per room from 1; 0 = none (join, leave by presence, foreign)
  std::string reason{};      ///< for join and leave: presence or membership
  std::string trace_id{};    ///< of the request that led to it, if any; a message property, no field of the body
};

/// The body; our additions are left out where they are empty or 0.
[[nodiscard]] std::string encode_event(const event& in);
/// Lenient, since foreign servers send it: ids may be numbers, and any field may be missing or of another type and is then empty
/// (an empty type can be taken from the property event_type). `malformed` when it is no JSON object.
[[nodiscard]] result<event> decode_event(std::string_view body);

}  // namespace parley::chat
