// What a broker asks of a group's member on behalf of an administrator: reset offsets (220), status (221), running info (307),
// handle one message now (309).
#include "consume/group_consumer.hpp"

#include "core/received.hpp"

#include <parley/remoting/codec/bodies/consumer.hpp>
#include <parley/remoting/codec/bodies/offsets.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/group.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

namespace request_code = remoting::request_code;
namespace response_code = remoting::response_code;

// Answers name the client's protocol version by its name, as Java's do.
constexpr std::string_view version_name = "V5_5_0";

remoting::message_queue to_wire(const message_queue& in) { return {in.topic, in.broker_name, in.queue_id}; }

remoting::command answer_with(const remoting::command& request, result<bytes> body) {
  if (!body) return remoting::respond_to(request, response_code::system_error, body.error().message);
  auto out = remoting::respond_to(request, response_code::success);
  out.body = std::move(*body);
  return out;
}

/// The wall-clock time of a moment by the other clock.
std::int64_t wall_ms_of(steady_time when, const clock& time) {
  const auto ago = std::chrono::duration_cast<milliseconds>(time.steady_now() - when);
  return time.wall_ms() - ago.count();
}

remoting::process_queue_info describe_queue(const assigned_queue& queue, const clock& time) {
  remoting::process_queue_info out;
  if (queue.flight) {
    out.commit_offset = queue.flight->commit_offset();
    out.cached_min_offset = queue.flight->lowest();
    out.cached_max_offset = queue.flight->highest();
    out.cached_count = static_cast<std::int32_t>(queue.flight->count());
    out.cached_mib = static_cast<std::int32_t>(queue.flight->bytes() / (1024U * 1024U));
  }
  out.locked = queue.locked_at.has_value();
  if (queue.locked_at) out.last_lock_ms = wall_ms_of(*queue.locked_at, time);
  out.dropped = queue.is_closed();
  out.last_pull_ms = wall_ms_of(queue.gauges->last_pull.load(), time);
  out.last_consume_ms = queue.last_handled_ms;
  return out;
}

remoting::consume_result to_wire(std::optional<consume_verdict> verdict) {
  return verdict == consume_verdict::done ? remoting::consume_result::success : remoting::consume_result::later;
}

}  // namespace

std::optional<remoting::command> group_consumer::on_broker_request(const remoting::command& request) {
  return on_broker_request(request, {});
}

std::optional<remoting::command> group_consumer::on_broker_request(const remoting::command& request, const answer_later& later) {
  switch (request.code) {
    case request_code::reset_consumer_client_offset: reset_offsets(request); return std::nullopt;
    case request_code::get_consumer_status_from_client: return tell_status(request);
    case request_code::get_consumer_running_info: return tell_running(request);
    case request_code::consume_message_directly: return consume_directly(request, later);
    default: return std::nullopt;
  }
}

void group_consumer::reset_offsets(const remoting::command& request) {
  const auto header = remoting::reset_offset_request::read(request.fields);
  const auto body = remoting::offset_table::decode(request.body);
  if (!header || !body) {
    const auto& why = header ? body.error() : header.error();
    return context_.log().warn("an order to reset offsets does not decode", {{"group", group()}, {"error", why.message}});
  }
  for (const auto& queue : queues_.current()) {
    const auto found = body->offsets.find(to_wire(queue->queue));
    if (queue->queue.topic != header->topic || found == body->offsets.end()) continue;
    context_.log().warn("a queue's offset is reset by an administrator",
                        {{"group", group()}, {"queue", queue->queue.to_string()}, {"to", std::to_string(found->second)}});
    offsets_.restart_at(queue->queue, found->second);
    queue->may_commit = false;
    queues_.restart(queue);
  }
}

remoting::command group_consumer::tell_status(const remoting::command& request) const {
  const auto header = remoting::consumer_status_request::read(request.fields);
  if (!header) return remoting::respond_to(request, response_code::system_error, header.error().message);
  remoting::consumer_status body;
  for (const auto& queue : queues_.current()) {
    const auto offset = queue->committable();
    if (offset && queue->queue.topic == header->topic) body.offsets.emplace(to_wire(queue->queue), *offset);
  }
  return answer_with(request, body.encode());
}

remoting::command group_consumer::tell_running(const remoting::command& request) const {
  remoting::consumer_running_info body;
  namespace property = remoting::running_property;
  const auto threads = context_.core->options().handler_threads != 0 ? context_.core->options().handler_threads
                                                                     : std::thread::hardware_concurrency();
  const auto set = [&body](std::string_view name, std::string value) {
    body.properties.emplace(std::string(name), std::move(value));
  };
  set(property::consume_type, "CONSUME_PASSIVELY");
  set(property::consume_orderly, context_.options.order == consume_order::orderly ? "true" : "false");
  set(property::thread_pool_core_size, std::to_string(threads));
  set(property::start_timestamp, std::to_string(context_.subscriptions.started_ms()));
  set(property::nameserver, context_.core->name_servers());
  set(property::client_version, std::string(version_name));
  for (const auto& [topic, one] : context_.subscriptions.topics()) {
    body.subscriptions.push_back(one);
    body.statuses.emplace(topic, remoting::consume_status{});
  }
  for (const auto& queue : queues_.current())
    body.queues.emplace(to_wire(queue->queue), describe_queue(*queue, context_.core->time()));
  return answer_with(request, body.encode());
}

std::optional<remoting::command> group_consumer::consume_directly(const remoting::command& request, const answer_later& later) {
  const auto header = remoting::consume_directly_request::read(request.fields);
  byte_reader in(request.body);
  auto stored = remoting::decode_message(in);
  if (!header || !stored) {
    const auto& why = header ? stored.error() : header.error();
    return remoting::respond_to(request, response_code::system_error, why.message);
  }
  if (!later || context_.stopping)
    return remoting::respond_to(request, response_code::system_error, "the consumer takes no messages now");
  const message_queue from{stored->topic, header->broker_name.value_or(""), stored->queue_id};
  const auto message = std::make_shared<const received_message>(core::to_received(std::move(*stored), from));
  // Outside of every assigned queue: no offset moves, and the administrator hears what the handler said.
  const auto apart = std::make_shared<assigned_queue>(from, 0, queue_origin{}, context_.core->executor(), context_.now());
  const auto begun = context_.now();
  const bool orderly = context_.options.order == consume_order::orderly;
  delivery_.run(apart, message, [this, later, request, begun, orderly](std::optional<consume_verdict> verdict) {
    remoting::consume_directly_response body{.orderly = orderly};
    body.outcome = to_wire(verdict);
    body.spent_ms = std::chrono::duration_cast<milliseconds>(context_.now() - begun).count();
    later(answer_with(request, body.encode()));
  });
  return std::nullopt;
}

}  // namespace parley::rocketmq::consume
