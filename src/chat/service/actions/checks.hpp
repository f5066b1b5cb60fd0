// What several actions ask before they do anything, and the events of coming and going.
#pragma once

#include "service/refusals.hpp"

#include <parley/chat/service/service.hpp>

namespace parley::chat {

/// Succeeds, or is why the action is refused.
using check = boost::system::result<void, chat_error>;

/// ABNORMAL_USER_STATE for a banned user.
[[nodiscard]] check require_not_banned(action_context& context);
/// NOT_A_MEMBER when the room is private and the user no member; a room that is not there yet is open.
[[nodiscard]] check require_access(action_context& context, const std::string& room);

enum class membership : std::uint8_t { joined, left };
/// Puts user_join or user_leave with the reason membership among the events.
void tell_membership(action_context& context, const std::string& user, const std::string& room, membership what);

}  // namespace parley::chat
