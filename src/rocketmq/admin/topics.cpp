// Requests about topics.
#include "admin/topics.hpp"

#include "admin/name_servers.hpp"
#include "core/names.hpp"
#include "core/run_on_core.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/bodies/lists.hpp>
#include <parley/remoting/codec/bodies/stats.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/topic.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq::administration {
namespace {

namespace code = remoting::response_code;

constexpr milliseconds look_again{100};
constexpr std::int32_t most_queues = 1024;

io::task<result<bool>> topic_exists(core_ptr core, std::string topic, steady_time deadline) {
  const auto answer = co_await core->call_name_server(core::route_request(topic), deadline);
  if (!answer) co_return answer.error();
  if (answer->code == code::topic_not_exist) co_return false;
  if (answer->code != code::success) co_return core::refusal("the route of topic " + topic, "the NameServer", *answer);
  co_return true;
}

bool shows_all(const topic_route& route, const std::vector<master>& masters) {
  return std::all_of(masters.begin(), masters.end(), [&](const master& broker) {
    return std::any_of(route.queues.begin(), route.queues.end(),
                       [&](const topic_queues& part) { return part.broker_name == broker.name; });
  });
}

io::task<result<void>> wait_until_shown(core_ptr core, std::string topic, std::vector<master> masters, steady_time deadline) {
  while (true) {
    const auto route = co_await core->fresh_route(topic, deadline);
    if (route && shows_all(*route, masters)) co_return result<void>();
    if (!route && route.error().code != errc::not_found && route.error().code != errc::unavailable) co_return route.error();
    if (core->time().steady_now() + look_again >= deadline) {
      co_return fail(errc::timed_out,
                     fmt::format("topic {} was created, but no NameServer of {} shows it yet", topic, core->name_servers()));
    }
    const bool awake = co_await core->sleep(look_again);
    if (!awake) co_return core::stopped_error();
  }
}

result<void> check(const topic_settings& settings) {
  if (auto checked = core::check_topic(settings.name); !checked) return checked;
  for (const auto count : {settings.read_queues, settings.write_queues}) {
    if (count < 1 || count > most_queues)
      return fail(errc::invalid_argument, fmt::format("{} queues: 1 to {} are allowed", count, most_queues));
  }
  if (settings.permission < 0 || settings.permission > 7)
    return fail(errc::invalid_argument, "the permission is a sum of 4 (read), 2 (write) and 1 (inherit)");
  return {};
}

// Nothing where the broker does not know the topic.
io::task<result<std::optional<remoting::topic_stats>>> stats_on(core_ptr core, master broker, std::string topic,
                                                                steady_time deadline) {
  const auto what = "the state of topic " + topic;
  remoting::topic_stats_request request;
  request.topic = topic;
  const auto answer = co_await ask(core, broker, request.to_command(), what, deadline);
  if (!answer) co_return answer.error();
  if (answer->code == code::topic_not_exist) co_return std::nullopt;
  if (answer->code != code::success) co_return refusal(broker, what, *answer);
  auto decoded = remoting::topic_stats::decode(answer->body);
  if (!decoded) co_return unreadable(broker, what, decoded.error());
  co_return std::move(*decoded);
}

// Every address of the brokers whose master knows the topic: a replica that kept it would announce it again.
io::task<result<std::vector<master>>> who_has(core_ptr core, std::string topic, steady_time deadline) {
  const auto brokers = co_await find_brokers(core, deadline);
  if (!brokers) co_return brokers.error();
  std::vector<master> out;
  for (const auto& broker : masters_of(*brokers)) {
    const auto stats = co_await stats_on(core, broker, topic, deadline);
    if (!stats) co_return stats.error();
    if (!*stats) continue;
    const auto whole = std::find_if(brokers->begin(), brokers->end(),
                                    [&](const broker_info& one) { return one.name == broker.name; });
    for (const auto& [id, address] : whole->addresses) out.push_back({.name = broker.name, .address = address});
  }
  co_return out;
}

}  // namespace

io::task<result<void>> create_topic(core_ptr core, topic_settings settings, bool only_if_missing, steady_time deadline) {
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

io::task<result<topic_route>> route(core_ptr core, std::string topic, steady_time deadline) {
  if (auto checked = core::check_topic(topic); !checked) co_return checked.error();
  auto found = co_await core->fresh_route(std::move(topic), deadline);
  co_return found;
}

io::task<result<std::vector<std::string>>> topics(core_ptr core, steady_time deadline) {
  remoting::command request{.code = remoting::request_code::get_all_topic_list};
  const auto answer = co_await core->call_name_server(std::move(request), deadline);
  if (!answer) co_return answer.error();
  if (answer->code != code::success) co_return core::refusal("the list of topics", "the NameServer", *answer);
  auto decoded = remoting::topic_list::decode(answer->body);
  if (!decoded) co_return decoded.error();
  std::sort(decoded->topics.begin(), decoded->topics.end());
  co_return std::move(decoded->topics);
}

io::task<result<void>> delete_topic(core_ptr core, std::string topic, steady_time deadline) {
  if (auto checked = core::check_topic(topic); !checked) co_return checked;
  auto holders = co_await who_has(core, topic, deadline);
  if (!holders) co_return holders.error();
  const auto announced = co_await any_name_server_knows(core, topic, deadline);
  if (holders->empty()) {
    if (!announced) co_return announced.error();
    if (!*announced)
      co_return fail(errc::not_found,
                     fmt::format("no broker and no NameServer of {} knows the topic {}", core->name_servers(), topic));
  }
  const auto what = "deleting topic " + topic;
  remoting::delete_topic_in_broker_request request;
  request.topic = topic;
  auto told = co_await tell_all(core, std::move(*holders), request.to_command(), what, deadline);
  if (!told) co_return told;
  auto forgotten = co_await forget_topic(core, topic, deadline);
  co_return forgotten;
}

io::task<result<std::vector<queue_status>>> topic_status(core_ptr core, std::string topic, steady_time deadline) {
  if (auto checked = core::check_topic(topic); !checked) co_return checked.error();
  const auto masters = co_await find_masters_of_topic(core, topic, deadline);
  if (!masters) co_return masters.error();
  std::vector<queue_status> out;
  bool known = false;
  for (const auto& broker : *masters) {
    const auto stats = co_await stats_on(core, broker, topic, deadline);
    if (!stats) co_return stats.error();
    if (!*stats) continue;
    known = true;
    for (const auto& [queue, offsets] : (*stats)->queues) {
      out.push_back({.queue = {topic, broker.name, queue.queue_id},
                     .min_offset = offsets.min_offset,
                     .max_offset = offsets.max_offset,
                     .last_stored_ms = offsets.last_update_ms});
    }
  }
  if (!known) co_return fail(errc::not_found, fmt::format("no broker has the topic {}, though its route is still known", topic));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.queue < b.queue; });
  co_return out;
}

}  // namespace parley::rocketmq::administration
