// add_member: the owner of a private room lets somebody in.
#include "actions.hpp"
#include "checks.hpp"
#include "service/fields.hpp"

namespace parley::chat::actions {

action_answer add_member(action_context& context) {
  field_reader fields(context.asked.data);
  const auto room_id = fields.id("room_id");
  const auto guest = fields.id("user_id");
  if (fields.fault()) return *fields.fault();
  if (auto allowed = require_not_banned(context); !allowed) return allowed.error();
  // Who may not know of a private room is told the same as of one that is not there.
  const auto room = context.tx.find_room(room_id);
  if (!room) return store_failed(room.error());
  if (!*room) return not_a_member(room_id);
  if (auto allowed = require_access(context, room_id); !allowed) return allowed.error();
  if (!(*room)->is_private) return bad_field("the field room_id names an open room: whoever wants to may join it");
  if ((*room)->owner_id != context.asked.user_id) return not_owner(room_id);
  const auto added = context.tx.add_member(room_id, guest, context.now_ms);
  if (!added) return store_failed(added.error());
  if (*added) tell_membership(context, guest, room_id, membership::joined);
  return boost::json::object{{"room_id", room_id}, {"user_id", guest}, {"member", true}, {"changed", *added}};
}

}  // namespace parley::chat::actions
