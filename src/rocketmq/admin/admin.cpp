// The public admin: each operation a coroutine over the core.
#include <parley/rocketmq/admin.hpp>

#include "core/client_core.hpp"
#include "core/names.hpp"
#include "core/run_on_core.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/bodies/config.hpp>
#include <parley/remoting/codec/bodies/lists.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/topic.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq {
namespace {

using core_ptr = std::shared_ptr<core::client_core>;
namespace code = remoting::response_code;

constexpr milliseconds look_again{100};
constexpr std::int32_t most_queues = 1024;

struct master {
  std::string name;
  endpoint address;
};

steady_time after(const core_ptr& core, milliseconds duration) { return core->time().steady_now() + duration; }

io::task<result<std::vector<broker_info>>> find_brokers(core_ptr core, steady_time deadline) {
  remoting::command request{.code = remoting::request_code::get_broker_cluster_info};
  auto answer = co_await core->call_name_server(std::move(request), deadline);
  if (!answer) co_return answer.error();
  co_return core::decode_brokers(*answer);
}

io::task<result<std::vector<master>>> find_masters(core_ptr core, std::string cluster, steady_time deadline) {
  const auto brokers = co_await find_brokers(core, deadline);
  if (!brokers) co_return brokers.error();
  std::vector<master> out;
  for (const auto& broker : *brokers) {
    const auto at = broker.addresses.find(0);
    if (at != broker.addresses.end() && (cluster.empty() || broker.cluster == cluster)) out.push_back({.name = broker.name, .address = at->second});
  }
  if (out.empty()) {
    co_return fail(errc::unavailable, cluster.empty() ? fmt::format("no NameServer of {} knows a master broker", core->name_servers())
                                                      : fmt::format("no NameServer of {} knows a master broker of cluster {}", core->name_servers(), cluster));
  }
  co_return out;
}

// The same request to each broker in turn; the first failure ends it and names the broker.
io::task<result<void>> tell_all(core_ptr core, std::vector<master> masters, remoting::command request, std::string what, steady_time deadline) {
  for (const auto& broker : masters) {
    auto copy = request;
    const auto outcome = co_await core->call(broker.address, std::move(copy), deadline, broker.name);
    if (!outcome.answer) {
      auto why = outcome.answer.error();
      co_return std::move(why).with_context(fmt::format("{} on broker {}: ", what, broker.name));
    }
    if (outcome.answer->code != code::success) {
      co_return core::refusal(what, fmt::format("broker {} at {}", broker.name, broker.address.to_string()), *outcome.answer);
    }
  }
  co_return result<void>();
}

io::task<result<bool>> topic_exists(core_ptr core, std::string topic, steady_time deadline) {
  const auto answer = co_await core->call_name_server(core::route_request(topic), deadline);
  if (!answer) co_return answer.error();
  if (answer->code == code::topic_not_exist) co_return false;
  if (answer->code != code::success) co_return core::refusal("the route of topic " + topic, "the NameServer", *answer);
  co_return true;
}

bool shows_all(const topic_route& route, const std::vector<master>& masters) {
  return std::all_of(masters.begin(), masters.end(), [&](const master& broker) {
    return std::any_of(route.queues.begin(), route.queues.end(), [&](const topic_queues& part) { return part.broker_name == broker.name; });
  });
}

io::task<result<void>> wait_until_shown(core_ptr core, std::string topic, std::vector<master> masters, steady_time deadline) {
  while (true) {
    const auto route = co_await core->fresh_route(topic, deadline);
    if (route && shows_all(*route, masters)) co_return result<void>();
    if (!route && route.error().code != errc::not_found && route.error().code != errc::unavailable) co_return route.error();
    if (core->time().steady_now() + look_again >= deadline) {
      co_return fail(errc::timed_out, fmt::format("topic {} was created, but no NameServer of {} shows it yet", topic, core->name_servers()));
    }
    const bool awake = co_await core->sleep(look_again);
    if (!awake) co_return core::stopped_error();
  }
}

result<void> check(const topic_settings& settings) {
  if (auto checked = core::check_topic(settings.name); !checked) return checked;
  for (const auto count : {settings.read_queues, settings.write_queues}) {
    if (count < 1 || count > most_queues) return fail(errc::invalid_argument, fmt::format("{} queues: 1 to {} are allowed", count, most_queues));
  }
  if (settings.permission < 0 || settings.permission > 7) return fail(errc::invalid_argument, "the permission is a sum of 4 (read), 2 (write) and 1 (inherit)");
  return {};
}

io::task<result<void>> create_topic_on(core_ptr core, topic_settings settings, bool only_if_missing, steady_time deadline) {
  if (auto checked = check(settings); !checked) co_return checked;
  if (only_if_missing) {
    const auto there = co_await topic_exists(core, settings.name, deadline);
    if (!there) co_return there.error();
    if (*there) co_return result<void>();
  }
  auto masters = co_await find_masters(core, settings.cluster, deadline);
  if (!masters) co_return masters.error();
  remoting::create_topic_request request;
  request.topic = settings.name;
  request.read_queues = settings.read_queues;
  request.write_queues = settings.write_queues;
  request.perm = settings.permission;
  auto what = fmt::format("creating topic {}", settings.name);
  auto told = co_await tell_all(core, *masters, request.to_command(), std::move(what), deadline);
  if (!told) co_return told;
  auto shown = co_await wait_until_shown(core, settings.name, std::move(*masters), deadline);
  co_return shown;
}

// The masters that say that they do not have the group. One that does not know the question is not among them.
io::task<result<std::vector<master>>> masters_without(core_ptr core, std::string group, std::vector<master> masters, steady_time deadline) {
  std::vector<master> out;
  for (const auto& broker : masters) {
    remoting::command question{.code = remoting::request_code::get_subscription_group_config};
    question.fields.set("group", group);
    const auto outcome = co_await core->call(broker.address, std::move(question), deadline, broker.name);
    if (!outcome.answer) {
      auto why = outcome.answer.error();
      co_return std::move(why).with_context(fmt::format("looking for group {} on broker {}: ", group, broker.name));
    }
    if (outcome.answer->code == code::subscription_group_not_exist) out.push_back(broker);
  }
  co_return out;
}

io::task<result<void>> create_group_on(core_ptr core, group_settings settings, bool only_if_missing, steady_time deadline) {
  if (auto checked = core::check_group(settings.name); !checked) co_return checked;
  remoting::subscription_group_config config;
  config.group = settings.name;
  config.retry_queues = settings.retry_queues;
  config.retry_max_times = settings.retry_max_times;
  config.consume_broadcast_enable = settings.consume_broadcast;
  auto body = config.encode();
  if (!body) co_return body.error();
  remoting::command request{.code = remoting::request_code::update_and_create_subscription_group};
  request.body = std::move(*body);
  auto masters = co_await find_masters(core, settings.cluster, deadline);
  if (masters && only_if_missing) masters = co_await masters_without(core, settings.name, std::move(*masters), deadline);
  if (!masters) co_return masters.error();
  auto what = fmt::format("creating group {}", settings.name);
  auto told = co_await tell_all(core, std::move(*masters), std::move(request), std::move(what), deadline);
  co_return told;
}

io::task<result<topic_route>> find_route(core_ptr core, std::string topic, steady_time deadline) {
  if (auto checked = core::check_topic(topic); !checked) co_return checked.error();
  auto found = co_await core->fresh_route(std::move(topic), deadline);
  co_return found;
}

io::task<result<std::vector<std::string>>> find_topics(core_ptr core, steady_time deadline) {
  remoting::command request{.code = remoting::request_code::get_all_topic_list};
  const auto answer = co_await core->call_name_server(std::move(request), deadline);
  if (!answer) co_return answer.error();
  if (answer->code != code::success) co_return core::refusal("the list of topics", "the NameServer", *answer);
  auto decoded = remoting::topic_list::decode(answer->body);
  if (!decoded) co_return decoded.error();
  std::sort(decoded->topics.begin(), decoded->topics.end());
  co_return std::move(decoded->topics);
}

}  // namespace

admin::admin(client& owner) : core_(owner.internals()) {}

result<void> admin::create_topic(topic_settings settings, milliseconds deadline, bool only_if_missing) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, settings = std::move(settings), only_if_missing, until] { return create_topic_on(core, settings, only_if_missing, until); };
  return core::run_blocking<result<void>>(core_, until, std::move(work));
}
awaitable<result<void>> admin::async_create_topic(topic_settings settings, milliseconds deadline, bool only_if_missing) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, settings = std::move(settings), only_if_missing, until] { return create_topic_on(core, settings, only_if_missing, until); };
  return core::run_awaited<result<void>>(core_, std::move(work));
}

result<void> admin::create_group(group_settings settings, milliseconds deadline, bool only_if_missing) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, settings = std::move(settings), only_if_missing, until] { return create_group_on(core, settings, only_if_missing, until); };
  return core::run_blocking<result<void>>(core_, until, std::move(work));
}
awaitable<result<void>> admin::async_create_group(group_settings settings, milliseconds deadline, bool only_if_missing) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, settings = std::move(settings), only_if_missing, until] { return create_group_on(core, settings, only_if_missing, until); };
  return core::run_awaited<result<void>>(core_, std::move(work));
}

result<topic_route> admin::route(std::string topic, milliseconds deadline) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, topic = std::move(topic), until] { return find_route(core, topic, until); };
  return core::run_blocking<result<topic_route>>(core_, until, std::move(work));
}
awaitable<result<topic_route>> admin::async_route(std::string topic, milliseconds deadline) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, topic = std::move(topic), until] { return find_route(core, topic, until); };
  return core::run_awaited<result<topic_route>>(core_, std::move(work));
}

result<std::vector<std::string>> admin::topics(milliseconds deadline) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, until] { return find_topics(core, until); };
  return core::run_blocking<result<std::vector<std::string>>>(core_, until, std::move(work));
}
awaitable<result<std::vector<std::string>>> admin::async_topics(milliseconds deadline) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, until] { return find_topics(core, until); };
  return core::run_awaited<result<std::vector<std::string>>>(core_, std::move(work));
}

result<std::vector<broker_info>> admin::brokers(milliseconds deadline) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, until] { return find_brokers(core, until); };
  return core::run_blocking<result<std::vector<broker_info>>>(core_, until, std::move(work));
}
awaitable<result<std::vector<broker_info>>> admin::async_brokers(milliseconds deadline) {
  const auto until = after(core_, deadline);
  auto work = [core = core_, until] { return find_brokers(core, until); };
  return core::run_awaited<result<std::vector<broker_info>>>(core_, std::move(work));
}

}  // namespace parley::rocketmq
