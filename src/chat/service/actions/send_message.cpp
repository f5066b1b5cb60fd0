// send_message: keeps a message under its room's next seq and tells everyone.
#include "actions.hpp"
#include "checks.hpp"
#include "service/fields.hpp"

#include <parley/chat/contract/timestamp.hpp>

namespace parley::chat::actions {
namespace {

/// The sender may write, and has paid.
check charge(action_context& context) {
  auto own = context.tx.find_account(context.asked.user_id);
  if (!own) return store_failed(own.error());
  const auto price = context.options.message_price;
  if (own->state != "active") return abnormal_state(own->state);
  if (own->balance < price) return insufficient_balance(own->balance, price);
  if (price == 0) return {};
  own->balance -= price;
  if (auto paid = context.tx.put_account(*own); !paid) return store_failed(paid.error());
  return {};
}

/// Whoever writes in an open room belongs to it from then on: a foreign client knows no join_room.
check enter(action_context& context, const std::string& room) {
  const auto& user = context.asked.user_id;
  const auto member = context.tx.is_member(room, user);
  if (!member) return store_failed(member.error());
  if (*member) return {};
  const auto found = context.tx.find_room(room);
  if (!found) return store_failed(found.error());
  if (*found && (*found)->is_private) return not_a_member(room);
  if (!*found) {
    if (auto made = context.tx.create_room(room, false, user, context.now_ms); !made) return store_failed(made.error());
  }
  if (auto added = context.tx.add_member(room, user, context.now_ms); !added) return store_failed(added.error());
  tell_membership(context, user, room, membership::joined);
  return {};
}

}  // namespace

action_answer send_message(action_context& context) {
  field_reader fields(context.asked.data);
  kept_message message{
      .message_id = {}, .room_id = fields.id("room_id"), .user_id = context.asked.user_id, .text = fields.text("message")};
  if (fields.fault()) return *fields.fault();
  if (auto entered = enter(context, message.room_id); !entered) return entered.error();
  if (auto charged = charge(context); !charged) return charged.error();
  message.message_id = context.new_id("msg_");
  message.timestamp_ms = context.now_ms;
  const auto seq = context.tx.append_message(message);
  if (!seq) return store_failed(seq.error());
  const auto timestamp = format_timestamp(context.now_ms);
  boost::json::object data{
      {"message_id", message.message_id}, {"status", "sent"}, {"seq", *seq}, {"timestamp", timestamp}, {"duplicate", false}};
  context.events.push_back({.type = "message_sent",
                            .user_id = std::move(message.user_id),
                            .message = std::move(message.text),
                            .timestamp = timestamp,
                            .room_id = std::move(message.room_id),
                            .message_id = std::move(message.message_id),
                            .seq = *seq});
  return data;
}

}  // namespace parley::chat::actions
