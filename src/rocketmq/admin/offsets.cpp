// Requests about a group's offsets.
#include "admin/offsets.hpp"

#include "admin/groups.hpp"
#include "core/names.hpp"

#include <parley/remoting/codec/bodies/offsets.hpp>
#include <parley/remoting/codec/bodies/stats.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/group.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq::administration {
namespace {

namespace code = remoting::response_code;

void add(group_progress& out, const remoting::consume_stats& in, const master& broker) {
  out.consumed_per_second += in.tps;
  for (const auto& [queue, offsets] : in.queues) {
    out.queues.push_back({.queue = {queue.topic, broker.name, queue.queue_id},
                          .broker_offset = offsets.broker_offset,
                          .consumer_offset = offsets.consumer_offset,
                          .pull_offset = offsets.pull_offset,
                          .last_consumed_ms = offsets.last_timestamp_ms});
  }
}

io::task<result<remoting::consume_stats>> stats_on(core_ptr core, master broker, std::string group, std::string topic,
                                                   steady_time deadline) {
  const auto what = "the progress of group " + group;
  remoting::consume_stats_request request;
  request.consumer_group = std::move(group);
  if (!topic.empty()) request.topic = std::move(topic);
  const auto answer = co_await ask(core, broker, request.to_command(), what, deadline);
  if (!answer) co_return answer.error();
  if (answer->code != code::success) co_return refusal(broker, what, *answer);
  auto decoded = remoting::consume_stats::decode(answer->body);
  if (!decoded) co_return unreadable(broker, what, decoded.error());
  co_return std::move(*decoded);
}

remoting::command reset_command(const std::string& group, const std::string& topic, std::int64_t to_ms) {
  remoting::invoke_reset_request request;
  request.topic = topic;
  request.group = group;
  request.timestamp_ms = to_ms;
  request.force = true;
  auto out = request.to_command();
  // A broker of 4.x tells the members in a form that it chooses by this, and the form for C++ is one that Java's cannot read.
  out.lang = remoting::language::java;
  return out;
}

}  // namespace

io::task<result<group_progress>> progress(core_ptr core, std::string group, std::string topic, steady_time deadline) {
  if (auto checked = core::check_group(group); !checked) co_return checked.error();
  auto masters = co_await find_masters(core, all_clusters, deadline);
  if (!masters) co_return masters.error();
  group_progress out;
  for (const auto& broker : *masters) {
    const auto stats = co_await stats_on(core, broker, group, topic, deadline);
    if (!stats) co_return stats.error();
    add(out, *stats, broker);
  }
  // With a topic named, a broker answers with its queues for any group.
  if (out.queues.empty() || !topic.empty()) {
    const auto exists = co_await check_group_exists(core, group, std::move(*masters), deadline);
    if (!exists) co_return exists.error();
  }
  std::sort(out.queues.begin(), out.queues.end(), [](const auto& a, const auto& b) { return a.queue < b.queue; });
  co_return out;
}

io::task<result<std::vector<queue_position>>> reset_offsets(core_ptr core, std::string group, std::string topic,
                                                            std::int64_t to_ms, steady_time deadline) {
  if (auto checked = core::check_group(group); !checked) co_return checked.error();
  if (auto checked = core::check_topic(topic); !checked) co_return checked.error();
  if (to_ms < -1) co_return fail(errc::invalid_argument, "a moment is milliseconds since 1970, or -1 for the end of each queue");
  const auto masters = co_await find_masters_of_topic(core, topic, deadline);
  if (!masters) co_return masters.error();
  const auto what = fmt::format("resetting group {} on topic {}", group, topic);
  std::vector<queue_position> out;
  std::optional<error> unknown;
  for (const auto& broker : *masters) {
    const auto answer = co_await ask(core, broker, reset_command(group, topic, to_ms), what, deadline);
    if (!answer) co_return answer.error();
    if (answer->code != code::success) {
      auto why = refusal(broker, what, *answer);
      if (why.code != errc::not_found) co_return why;
      unknown = std::move(why);  // the group or topic lives on some masters only
      continue;
    }
    const auto decoded = remoting::offset_table::decode(answer->body);
    if (!decoded) co_return unreadable(broker, what, decoded.error());
    for (const auto& [queue, offset] : decoded->offsets)
      out.push_back({.queue = {topic, broker.name, queue.queue_id}, .offset = offset});
  }
  if (out.empty() && unknown) co_return std::move(*unknown);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.queue < b.queue; });
  co_return out;
}

}  // namespace parley::rocketmq::administration
