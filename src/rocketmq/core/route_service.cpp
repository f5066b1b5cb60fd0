// Fetching of routes.
#include "core/route_service.hpp"

#include "core/wire.hpp"

#include <parley/remoting/codec/codes.hpp>

#include <fmt/format.h>

namespace parley::rocketmq::core {
namespace {

constexpr milliseconds shared_answer{100};
constexpr milliseconds pause_after_failure{100};
constexpr milliseconds pause_between_failing{1000};
constexpr std::size_t most_flights = 1024;

}  // namespace

route_service::route_service(core_context& context, name_server_client& servers) : context_(context), servers_(servers) {}

io::task<result<topic_route>> route_service::route(std::string topic, steady_time deadline) {
  if (const auto known = table_.find(topic)) co_return *known;
  auto asked = co_await ask_until(std::move(topic), deadline);
  co_return asked;
}

io::task<result<topic_route>> route_service::fresh(std::string topic, steady_time deadline) {
  auto asked = co_await ask_until(std::move(topic), deadline);
  co_return asked;
}

// A NameServer that is away now may be back before the deadline.
io::task<result<topic_route>> route_service::ask_until(std::string topic, steady_time deadline) {
  while (true) {
    auto asked = co_await ask(topic, deadline);
    if (asked || asked.error().code != errc::unreachable) co_return asked;
    if (context_.now() + pause_after_failure >= deadline) co_return asked;
    const bool awake = co_await context_.sleep(pause_after_failure);
    if (!awake) co_return fail(errc::stopped, "the client is stopping");
  }
}

io::task<result<topic_route>> route_service::ask(std::string topic, steady_time deadline) {
  const auto own = join(topic);
  if (own == nullptr) co_return fail(errc::stopped, "the client is stopping");
  while (!own->done && context_.now() < deadline && !context_.gate.stopping()) co_await own->landed.wait_until(deadline);
  if (!own->done) {
    co_return fail(errc::unreachable,
                   fmt::format("no NameServer of {} answered in time about topic {}", servers_.servers().to_string(), topic));
  }
  if (own->failure) co_return *own->failure;
  const auto known = table_.find(topic);
  if (known == nullptr) co_return fail(errc::internal, fmt::format("the route of topic {} was fetched and is not there", topic));
  co_return *known;
}

route_service::flight_ptr route_service::join(const std::string& topic) {
  const auto now = context_.now();
  if (const auto at = flights_.find(topic); at != flights_.end()) {
    if (!at->second->done || now - at->second->at < shared_answer) return at->second;
    flights_.erase(at);
  }
  if (flights_.size() >= most_flights) std::erase_if(flights_, [](const auto& item) { return item.second->done; });
  auto own = std::make_shared<flight>(context_.executor);
  if (!context_.gate.spawn(fly(topic, own))) return nullptr;
  flights_.emplace(topic, own);
  return own;
}

io::task<void> route_service::fly(std::string topic, flight_ptr own) {
  auto fetched = co_await fetch(topic);
  own->done = true;
  own->at = context_.now();
  if (fetched) {
    take(std::move(*fetched));
  } else {
    own->failure = fetched.error();
  }
  own->landed.notify_all();
}

io::task<result<topic_route>> route_service::fetch(std::string topic) {
  context_.counters.route_refreshes.fetch_add(1, std::memory_order_relaxed);
  auto answer = co_await servers_.call(route_request(topic), context_.now() + context_.options.request_timeout);
  if (!answer) co_return answer.error();
  if (answer->code == remoting::response_code::topic_not_exist) {
    co_return fail(errc::not_found, fmt::format("no NameServer of {} knows the topic {}", servers_.servers().to_string(), topic), answer->code);
  }
  auto decoded = decode_route(topic, *answer);
  if (!decoded) {
    context_.log().warn("a NameServer sent a route that cannot be used", {{"topic", topic}, {"error", decoded.error().message}});
    // With a route from before, the caller is better served by it than by this.
    if (const auto known = table_.find(topic)) co_return *known;
  }
  co_return decoded;
}

void route_service::take(topic_route fetched) {
  const auto topic = fetched.topic;
  if (!table_.put(std::move(fetched))) return;
  context_.log().info("the route has changed", {{"topic", topic}});
  std::erase_if(listeners_, [](const auto& item) { return item.first.expired(); });
  const auto told = listeners_;  // a listener may add listeners
  for (const auto& [owner, tell] : told) {
    if (const auto alive = owner.lock()) tell(topic);
  }
}

void route_service::on_change(std::weak_ptr<void> owner, listener told) {
  std::erase_if(listeners_, [](const auto& item) { return item.first.expired(); });
  listeners_.emplace_back(std::move(owner), std::move(told));
}

void route_service::explain(const endpoint& address, std::string broker, remoting::call_outcome& outcome) {
  // A connect that outlasts the deadline, as to an address that swallows packets, is no better than one that is refused.
  if (outcome.answer.has_value()) return;
  auto why = outcome.answer.error();
  if (why.code != errc::unreachable && (why.code != errc::timed_out || outcome.written)) return;
  if (const auto routed = table_.broker_at(address)) {
    broker = *routed;
    address_failed(address);
  }
  if (broker.empty()) return;
  why.message = fmt::format("NameServer says {} is at {}, which does not answer ({}); set brokerIP1 on the broker or map the address", broker,
                            address.to_string(), why.message);
  outcome.answer = std::move(why);
}

void route_service::address_failed(const endpoint& address) {
  for (auto& topic : table_.topics_at(address)) failing_.insert(std::move(topic));
  if (failing_.empty() || refreshing_failing_) return;
  refreshing_failing_ = context_.gate.spawn(refresh_failing());
}

io::task<void> route_service::refresh_failing() {
  while (!failing_.empty() && !context_.gate.stopping()) {
    const auto topics = std::exchange(failing_, {});
    for (const auto& topic : topics) {
      const auto deadline = context_.now() + context_.options.request_timeout;
      co_await ask(topic, deadline);
      if (context_.gate.stopping()) break;
    }
    co_await context_.sleep(pause_between_failing);
  }
  refreshing_failing_ = false;
}

io::task<void> route_service::refresh_forever() {
  while (true) {
    const bool awake = co_await context_.sleep(context_.options.route_refresh_period);
    if (!awake) co_return;
    for (const auto& topic : table_.topics()) {
      const auto deadline = context_.now() + context_.options.request_timeout;
      const auto asked = co_await ask(topic, deadline);
      if (context_.gate.stopping()) co_return;
      if (!asked) context_.log().debug("a route was not refreshed", {{"topic", topic}, {"error", asked.error().message}});
    }
  }
}

}  // namespace parley::rocketmq::core
