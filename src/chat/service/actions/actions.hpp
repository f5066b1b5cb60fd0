// The actions: each is a file of its own beside this one.
#pragma once

#include <parley/chat/service/service.hpp>

namespace parley::chat::actions {

action_answer send_message(action_context& context);
action_answer get_history(action_context& context);
action_answer join_room(action_context& context);
action_answer leave_room(action_context& context);
action_answer add_member(action_context& context);
action_answer list_rooms(action_context& context);
action_answer list_members(action_context& context);
action_answer get_account(action_context& context);
action_answer presence(action_context& context);

}  // namespace parley::chat::actions
