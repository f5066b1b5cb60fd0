// Decides requests: the actions, run inside one store transaction for a batch, with answers and events put into the outbox.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/random.hpp>
#include <parley/chat/contract/event.hpp>
#include <parley/chat/contract/request.hpp>
#include <parley/chat/contract/response.hpp>
#include <parley/chat/service/rate_limit.hpp>
#include <parley/chat/store/store.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace parley::chat {

/// What an installation decides for itself.
struct service_options {
  std::int64_t message_price{0};        ///< taken from the sender's balance for each message
  double requests_per_second{0};        ///< of one user, in the long run and at this server; 0 = as many as come
  double burst{100};                    ///< of one user at once, where there is a limit
  milliseconds presence_lease{45'000};  ///< how long a session is online without a renewal
};

/// What an action works with. Valid during the call.
struct action_context {
  const request& asked;
  transaction& tx;
  std::int64_t now_ms;
  random_source& random;
  const service_options& options;
  std::vector<event>& events;  ///< to be published with the answer, in order; timestamp and message_id are made where they are empty

  /// A new id such as "msg_…", in order of time.
  [[nodiscard]] std::string new_id(std::string_view prefix);
};

/// The answer's data or the refusal. A refusal undoes what the action wrote.
using action_answer = boost::system::result<boost::json::object, chat_error>;

/// One action of the contract: a file of its own under service/actions and a line in registry.cpp. See docs/adding-an-action.md.
struct action {
  std::string_view name;
  bool remembered{false};  ///< its answer is kept, so that the same request asked again changes nothing and gets the same answer
  action_answer (*handle)(action_context&);
};

/// The actions that a server knows, by name.
using action_registry = std::map<std::string, action, std::less<>>;
[[nodiscard]] action_registry standard_actions();

/// One request's result. `outbox` is what is to be published, in order, answer first, and is in the outbox when this is returned.
/// `volatile_answer` is an answer that nothing durable depends on and that is not in the outbox: a refusal, a read, a repetition, a
/// system failure. Both must be published before the request's offset moves: a request that comes again is decided again.
struct handled {
  std::vector<publication> outbox;
  std::optional<publication> volatile_answer;
  std::string request_id, action, user_id, trace_id, result;  ///< for logs and metrics; result = ok, business, system
  std::string code;                                 ///< the error's, or empty
  bool duplicate{false};                            ///< it was answered before
};

/// Used on the store's thread. The store and the clock outlive it.
class service {
 public:
  service(store& where, action_registry actions, const clock& time, random_source random, milliseconds claim_for,
          service_options options = {});

  /// All in one transaction, each undone alone when it is refused; one durable commit. Results in the order of the requests.
  std::vector<handled> handle(std::span<const request> batch);
  /// The answer to what is no request, where its id is known.
  handled refuse(const bad_request& what, std::string_view reply_to);
  /// Presence leases that ran out, as user_leave events in the outbox. At most 200 at once; none while the store fails.
  std::vector<publication> expire_presence();

 private:
  struct decision;
  /// Decides what needs no store; nothing when the store must be asked.
  [[nodiscard]] std::optional<chat_error> refused_at_once(const request& asked);
  result<void> decide(const request& asked, const action& how, transaction& tx, decision& into);
  result<void> answer(const request& asked, const action& how, std::string_view hash, action_context& context, decision& into);
  result<void> put_out(publication what, transaction& tx, std::int64_t now_ms, std::vector<publication>& into);

  store& store_;
  action_registry actions_;
  const clock& time_;
  random_source random_;
  milliseconds claim_for_;
  service_options options_;
  rate_limit limit_;
};

}  // namespace parley::chat
