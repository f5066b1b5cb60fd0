// The actions that a server knows: a line each.
#include "actions/actions.hpp"

namespace parley::chat {

action_registry standard_actions() {
  action_registry out;
  for (const action& one : {
           action{.name = "send_message", .remembered = true, .handle = actions::send_message},
           action{.name = "get_history", .handle = actions::get_history},
           action{.name = "join_room", .remembered = true, .handle = actions::join_room},
           action{.name = "leave_room", .remembered = true, .handle = actions::leave_room},
           action{.name = "add_member", .remembered = true, .handle = actions::add_member},
           action{.name = "list_rooms", .handle = actions::list_rooms},
           action{.name = "list_members", .handle = actions::list_members},
           action{.name = "get_account", .handle = actions::get_account},
           action{.name = "presence", .handle = actions::presence},
       }) {
    out.emplace(one.name, one);
  }
  return out;
}

}  // namespace parley::chat
