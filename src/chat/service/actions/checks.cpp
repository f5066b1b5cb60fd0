// Checks shared by actions.
#include "checks.hpp"

namespace parley::chat {

check require_not_banned(action_context& context) {
  const auto own = context.tx.find_account(context.asked.user_id);
  if (!own) return store_failed(own.error());
  if (own->state == "banned") return abnormal_state(own->state);
  return {};
}

check require_access(action_context& context, const std::string& room) {
  const auto found = context.tx.find_room(room);
  if (!found) return store_failed(found.error());
  if (!*found || !(*found)->is_private) return {};
  const auto member = context.tx.is_member(room, context.asked.user_id);
  if (!member) return store_failed(member.error());
  if (!*member) return not_a_member(room);
  return {};
}

void tell_membership(action_context& context, const std::string& user, const std::string& room, membership what) {
  const bool joined = what == membership::joined;
  context.events.push_back({.type = joined ? "user_join" : "user_leave",
                            .user_id = user,
                            .message = user + (joined ? " joined " : " left ") + room,
                            .timestamp = {},
                            .room_id = room,
                            .reason = "membership"});
}

}  // namespace parley::chat
