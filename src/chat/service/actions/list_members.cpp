// list_members: who belongs to a room, and who of them is online.
#include "actions.hpp"
#include "checks.hpp"
#include "listing.hpp"

#include <parley/chat/contract/timestamp.hpp>

#include <boost/json/array.hpp>

namespace parley::chat::actions {

action_answer list_members(action_context& context) {
  field_reader fields(context.asked.data);
  const auto room_id = fields.id("room_id");
  const auto query = list_query_from(fields);
  if (fields.fault()) return *fields.fault();
  if (auto allowed = require_not_banned(context); !allowed) return allowed.error();
  if (auto allowed = require_access(context, room_id); !allowed) return allowed.error();
  auto members = context.tx.members(room_id, query.after, query.limit + 1, context.now_ms);
  if (!members) return store_failed(members.error());
  const bool more = static_cast<std::int64_t>(members->size()) > query.limit;
  if (more) members->pop_back();
  boost::json::array list;
  for (const auto& member : *members) {
    list.push_back({{"user_id", member.user_id},
                    {"joined", format_timestamp(member.joined_ms)},
                    {"presence", member.online ? "online" : "offline"}});
  }
  boost::json::object data{{"room_id", room_id}};
  data.emplace("members", std::move(list));
  if (more) data.emplace("next_cursor", encode_list_cursor(members->back().user_id));
  return data;
}

}  // namespace parley::chat::actions
