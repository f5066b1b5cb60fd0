// join_room: makes the asker a member; makes the room, private if asked, when it is not there.
#include "actions.hpp"
#include "checks.hpp"
#include "service/fields.hpp"

namespace parley::chat::actions {
namespace {

/// The room as it is, or as it is made now.
boost::system::result<room_summary, chat_error> find_or_make(action_context& context, const std::string& room, bool is_private) {
  const auto& user = context.asked.user_id;
  auto found = context.tx.find_room(room);
  if (!found) return store_failed(found.error());
  if (*found) return std::move(**found);
  if (auto made = context.tx.create_room(room, is_private, user, context.now_ms); !made) return store_failed(made.error());
  return room_summary{.room_id = room, .is_private = is_private, .owner_id = user};
}

}  // namespace

action_answer join_room(action_context& context) {
  field_reader fields(context.asked.data);
  const auto room_id = fields.id("room_id");
  const bool wants_private = fields.optional_flag("private");
  if (fields.fault()) return *fields.fault();
  if (auto allowed = require_not_banned(context); !allowed) return allowed.error();
  const auto& user = context.asked.user_id;
  const auto room = find_or_make(context, room_id, wants_private);
  if (!room) return room.error();
  if (wants_private && !room->is_private) {
    // Joining all the same would let somebody write in the open who believes to be among friends.
    return bad_field("the field private cannot be true: room " + room_id + " exists and is open");
  }
  const auto member = context.tx.is_member(room_id, user);
  if (!member) return store_failed(member.error());
  if (room->is_private && !*member && room->owner_id != user) return not_a_member(room_id);
  if (!*member) {
    if (auto added = context.tx.add_member(room_id, user, context.now_ms); !added) return store_failed(added.error());
    tell_membership(context, user, room_id, membership::joined);
  }
  return boost::json::object{{"room_id", room_id},
                             {"member", true},
                             {"changed", !*member},
                             {"private", room->is_private},
                             {"members", room->members + (*member ? 0 : 1)}};
}

}  // namespace parley::chat::actions
