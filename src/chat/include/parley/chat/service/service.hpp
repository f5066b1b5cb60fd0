// Decides requests: the actions, run inside one store transaction for a batch, with answers and events put into the outbox.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/random.hpp>
#include <parley/chat/contract/event.hpp>
#include <parley/chat/contract/request.hpp>
#include <parley/chat/contract/response.hpp>
#include <parley/chat/store/store.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace parley::chat {

/// What an action works with. Valid during the call.
struct action_context {
  const request& asked;
  transaction& tx;
  std::int64_t now_ms;
  random_source& random;
  std::vector<event>& events;  ///< to be published with the answer; message_id is made where it is empty

  /// A new id such as "msg_…", in order of time.
  [[nodiscard]] std::string new_id(std::string_view prefix);
};

/// The answer's data or the refusal. A refusal undoes what the action wrote.
using action_answer = boost::system::result<boost::json::object, chat_error>;

/// One action of the contract: a file of its own under service/actions and a line in registry.cpp.
struct action {
  std::string_view name;
  bool changes{false};  ///< its answer is remembered, so that the same request asked again changes nothing and gets the same answer
  action_answer (*handle)(action_context&);
};

/// The actions that a server knows, by name.
using action_registry = std::map<std::string, action, std::less<>>;
[[nodiscard]] action_registry standard_actions();

/// One request's result: what is to be published, in order, answer first. Already in the outbox when this is returned, but for
/// `volatile_answer`, which no store could keep (a system failure) and which is published all the same.
struct handled {
  std::vector<publication> outbox;
  std::optional<publication> volatile_answer;
  std::string request_id, action, user_id, result;  ///< for logs and metrics; result = ok, business, system
  std::string code;                                 ///< the error's, or empty
  bool duplicate{false};
};

/// Used on the store's thread. Owns nothing but the registry.
class service {
 public:
  service(store& where, action_registry actions, const clock& time, random_source random, milliseconds claim_for);

  /// All in one transaction, each undone alone when it is refused; one durable commit. Results in the order of the requests.
  std::vector<handled> handle(std::span<const request> batch);
  /// The answer to what is no request, where its id is known.
  handled refuse(const bad_request& what, std::string_view reply_to);
  /// Presence leases that ran out, as user_leave events in the outbox.
  std::vector<publication> expire_presence();

 private:
  store& store_;
  action_registry actions_;
  const clock& time_;
  random_source random_;
  milliseconds claim_for_;
};

}  // namespace parley::chat
