// leave_room: ends the asker's membership.
#include "actions.hpp"
#include "checks.hpp"
#include "service/fields.hpp"

namespace parley::chat::actions {

action_answer leave_room(action_context& context) {
  field_reader fields(context.asked.data);
  const auto room_id = fields.id("room_id");
  if (fields.fault()) return *fields.fault();
  const auto removed = context.tx.remove_member(room_id, context.asked.user_id);
  if (!removed) return store_failed(removed.error());
  if (!*removed) return not_a_member(room_id);
  tell_membership(context, context.asked.user_id, room_id, membership::left);
  return boost::json::object{{"room_id", room_id}, {"member", false}, {"changed", true}};
}

}  // namespace parley::chat::actions
