// get_account: the asker's own state and balance; the one action that a banned user still has.
#include "actions.hpp"
#include "checks.hpp"

namespace parley::chat::actions {

action_answer get_account(action_context& context) {
  const auto own = context.tx.find_account(context.asked.user_id);
  if (!own) return store_failed(own.error());
  return boost::json::object{{"user_id", own->user_id}, {"state", own->state}, {"balance", own->balance}};
}

}  // namespace parley::chat::actions
