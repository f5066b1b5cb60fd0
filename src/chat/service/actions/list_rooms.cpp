// list_rooms: the rooms that the asker may know of, with their counts.
#include "actions.hpp"
#include "checks.hpp"
#include "listing.hpp"

#include <boost/json/array.hpp>

namespace parley::chat::actions {

action_answer list_rooms(action_context& context) {
  field_reader fields(context.asked.data);
  const auto query = list_query_from(fields);
  if (fields.fault()) return *fields.fault();
  if (auto allowed = require_not_banned(context); !allowed) return allowed.error();
  auto rooms = context.tx.rooms_visible_to(context.asked.user_id, query.after, query.limit + 1);
  if (!rooms) return store_failed(rooms.error());
  const bool more = static_cast<std::int64_t>(rooms->size()) > query.limit;
  if (more) rooms->pop_back();
  boost::json::array list;
  for (const auto& room : *rooms) {
    list.push_back({{"room_id", room.room_id}, {"members", room.members}, {"messages", room.messages}, {"private", room.is_private}});
  }
  boost::json::object data;
  data.emplace("rooms", std::move(list));
  if (more) data.emplace("next_cursor", encode_list_cursor(rooms->back().room_id));
  return data;
}

}  // namespace parley::chat::actions
