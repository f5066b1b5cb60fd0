// Admission, targets and the end of a producer.
#include "produce/producer_state.hpp"

#include "core/client_id.hpp"
#include "core/names.hpp"
#include "core/run_on_core.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq {
namespace {

// How long a plan for a topic that does not exist yet is followed before the NameServer is asked again.
constexpr milliseconds plan_to_create_lasts{200};
constexpr milliseconds drain_look{50};

result<void> check(const producer_options& options) {
  if (auto checked = core::check_group(options.group); !checked) return checked;
  if (options.send_timeout.count() <= 0) return fail(errc::invalid_argument, "send_timeout must be positive");
  if (options.retries < 0 || options.retries > 100) return fail(errc::invalid_argument, "retries must be 0 to 100");
  if (options.default_topic_queues < 1) return fail(errc::invalid_argument, "default_topic_queues must be at least 1");
  return {};
}

std::uint64_t fresh_seed() { return random_source::from_system().next(); }

}  // namespace

producer::state::state(std::shared_ptr<core::client_core> owner, producer_options given)
    : core(std::move(owner)),
      options(std::move(given)),
      options_checked(check(options)),
      ids(core::own_ipv4(), core::own_pid_bits(), fresh_seed()),
      idle_(core->executor()) {}

std::optional<error> producer::state::admit() {
  if (!options_checked) return options_checked.error();
  if (closing || !core->running()) return core::stopped_error();
  if (in_flight.fetch_add(1) >= options.max_in_flight) {
    leave();
    return fail(errc::overloaded, fmt::format("{} sends of producer {} are under way already", options.max_in_flight, options.group));
  }
  return std::nullopt;
}

void producer::state::leave() {
  if (in_flight.fetch_sub(1) == 1 && closing && core->on_own_thread()) idle_.notify_all();
}

result<produce::prepared_message> producer::state::prepare(message&& what) {
  const auto now = core->time().wall_ms();
  return produce::prepare(std::move(what), ids.next(now), now, options.compress_from_bytes);
}

io::task<result<void>> producer::state::drain(steady_time deadline) {
  const auto self = shared_from_this();
  closing = true;
  while (in_flight > 0 && core->time().steady_now() < deadline) {
    // A send that never reached this thread leaves without a word, hence the short wait.
    const auto until = std::min(deadline, core->time().steady_now() + drain_look);
    co_await idle_.wait_until(until);
    if (!core->running()) break;
  }
  const auto left = in_flight.load();
  if (std::exchange(registered, false)) {
    auto group = options.group;
    co_await core->unregister_producer(std::move(group), deadline);
  }
  if (left > 0) co_return fail(errc::timed_out, fmt::format("{} sends of producer {} were still under way", left, options.group));
  co_return result<void>();
}

producer::state::plan& producer::state::plan_of(const std::string& topic) {
  return plans_.try_emplace(topic, core->random().next() >> 1U).first->second;
}

// Afterwards the topic's plan has at least one queue.
io::task<result<void>> producer::state::find_queues(std::string topic, steady_time deadline) {
  auto& known = plan_of(topic);  // map nodes stay where they are
  const auto now = core->time().steady_now();
  auto cached = core->shared_route(topic);
  if (cached != nullptr && cached == known.made_from && (!known.to_create || now < known.good_until)) co_return result<void>();
  if (cached == nullptr && known.to_create && now < known.good_until) co_return result<void>();
  if (cached == nullptr) {
    const auto asked = co_await core->route(topic, deadline);
    if (!asked && asked.error().code != errc::not_found) co_return asked.error();
    cached = core->shared_route(topic);
  }
  if (cached != nullptr) {
    auto queues = produce::writable_queues(*cached);
    if (queues.empty()) {
      co_return fail(errc::unavailable, fmt::format("topic {} has no queue that can be written: see its permission and whether a master is up", topic));
    }
    known.queues = std::move(queues);
    known.made_from = std::move(cached);
    known.to_create = false;
    core->watch_topic(topic);
    co_return result<void>();
  }
  const auto creating = co_await core->route(std::string(core::auto_create_topic), deadline);
  if (!creating && creating.error().code != errc::not_found) co_return creating.error();
  auto queues = creating ? produce::queues_to_create(*creating, topic, options.default_topic_queues) : std::vector<message_queue>{};
  if (queues.empty()) {
    co_return fail(errc::not_found, fmt::format("topic {} does not exist and no broker makes topics on first use: create it with admin::create_topic "
                                                "or run mqadmin updateTopic -n {} -c DefaultCluster -t {}",
                                                topic, core->name_servers(), topic));
  }
  known.queues = std::move(queues);
  known.made_from = nullptr;
  known.to_create = true;
  known.good_until = core->time().steady_now() + plan_to_create_lasts;
  co_return result<void>();
}

const message_queue& producer::state::choose(plan& from, const produce::prepared_message& what, const send_options& how,
                                             const std::string& last_broker) {
  if (how.queue) return *how.queue;
  if (!what.queue_key.empty()) return produce::queue_of_key(from.queues, what.queue_key);
  return from.turns.take(from.queues, last_broker, health_, core->time().steady_now());
}

io::task<result<producer::state::target>> producer::state::find_target(const produce::prepared_message& what, const send_options& how,
                                                                        std::string last_broker, steady_time deadline) {
  const auto found = co_await find_queues(what.topic, deadline);
  if (!found) co_return found.error();
  auto& from = plan_of(what.topic);
  target out;
  out.queue = choose(from, what, how, last_broker);
  out.another_broker = !how.queue && what.queue_key.empty() && produce::several_brokers(from.queues);
  const auto address = core->broker_address(out.queue.broker_name);
  if (!address) {
    co_return fail(errc::unavailable, fmt::format("no NameServer of {} knows a master of broker {}", core->name_servers(), out.queue.broker_name));
  }
  out.address = *address;
  co_return out;
}

}  // namespace parley::rocketmq
