// presence: a session says that it is there, or that it goes. Not remembered, since saying it twice changes nothing.
#include "actions.hpp"
#include "checks.hpp"
#include "service/fields.hpp"

namespace parley::chat::actions {
namespace {

result<bool> note(action_context& context, const std::string& session, bool online) {
  const auto& user = context.asked.user_id;
  if (!online) return context.tx.end_session(user, session, context.now_ms);
  return context.tx.renew_session(user, session, context.now_ms, context.now_ms + context.options.presence_lease.count());
}

}  // namespace

action_answer presence(action_context& context) {
  field_reader fields(context.asked.data);
  const auto session = fields.id("session");
  const auto status = fields.one_of("status", "online", "offline");
  if (fields.fault()) return *fields.fault();
  const bool online = status == "online";
  if (online) {
    if (auto allowed = require_not_banned(context); !allowed) return allowed.error();
  }
  const auto turned = note(context, session, online);
  if (!turned) return store_failed(turned.error());
  if (*turned) {
    context.events.push_back({.type = online ? "user_join" : "user_leave",
                              .user_id = context.asked.user_id,
                              .message = context.asked.user_id + (online ? " came online" : " went offline"),
                              .timestamp = {},
                              .reason = "presence"});
  }
  return boost::json::object{{"session", session}, {"status", status}, {"lease_ms", context.options.presence_lease.count()}};
}

}  // namespace parley::chat::actions
