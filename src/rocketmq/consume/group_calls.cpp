// Requests of a group member, and what their answers mean.
#include "consume/group_calls.hpp"

#include "consume/retry.hpp"
#include "consume/retry_copy.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/bodies/lists.hpp>
#include <parley/remoting/codec/bodies/lock.hpp>
#include <parley/remoting/codec/requests/group.hpp>
#include <parley/remoting/codec/requests/offset.hpp>
#include <parley/remoting/codec/requests/send.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

namespace response_code = remoting::response_code;

std::vector<remoting::message_queue> to_wire(const std::vector<message_queue>& queues) {
  std::vector<remoting::message_queue> out;
  out.reserve(queues.size());
  for (const auto& queue : queues) out.push_back({queue.topic, queue.broker_name, queue.queue_id});
  return out;
}

result<pull_outcome> read_pull(const remoting::command& answer, const std::string& peer) {
  pull_outcome out;
  switch (answer.code) {
    case response_code::success: out.status = pull_status::found; break;
    case response_code::pull_not_found: out.status = pull_status::nothing_new; break;
    case response_code::pull_retry_immediately: out.status = pull_status::none_matched; break;
    case response_code::pull_offset_moved: out.status = pull_status::offset_moved; break;
    default: return core::refusal("pull", peer, answer);
  }
  const auto header = remoting::pull_response::read(answer.fields);
  if (!header) return header.error();
  out.next_offset = header->next_begin_offset;
  out.max_offset = header->max_offset;
  out.suggested_broker_id = header->suggested_broker_id;
  if (out.status != pull_status::found) return out;
  auto batch = remoting::decode_messages(answer.body);
  out.messages = std::move(batch.messages);
  out.damage = std::move(batch.damage);
  if (header->offset_delta) {
    for (auto& one : out.messages) one.queue_offset += *header->offset_delta;
  }
  return out;
}

}  // namespace

bool is_in_doubt(const error& why) noexcept {
  return why.code == errc::timed_out || why.code == errc::disconnected || why.code == errc::stopped || why.code == errc::malformed;
}

io::task<result<remoting::command>> group_calls::ask_broker(std::string broker_name, remoting::command request,
                                                            steady_time deadline) const {
  const auto address = core_->broker_address(broker_name);
  if (!address) co_return fail(errc::unavailable, fmt::format("no route names the broker {}", broker_name));
  const auto code = request.code;
  auto outcome = co_await core_->call(*address, std::move(request), deadline);
  if (!outcome.answer) co_return std::move(outcome.answer).error();
  if (outcome.answer->code != response_code::success) {
    co_return core::refusal(fmt::format("request {}", code), address->to_string(), *outcome.answer);
  }
  co_return std::move(*outcome.answer);
}

io::task<result<remoting::command>> group_calls::ask(message_queue queue, remoting::command request, steady_time deadline) const {
  auto answer = co_await ask_broker(queue.broker_name, std::move(request), deadline);
  if (!answer) co_return std::move(answer).error().with_context(queue.to_string() + ": ");
  co_return answer;
}

io::task<result<std::int64_t>> group_calls::ask_offset(message_queue queue, remoting::command request, steady_time deadline) const {
  const auto answer = co_await ask(std::move(queue), std::move(request), deadline);
  if (!answer) co_return answer.error();
  const auto header = remoting::offset_response::read(answer->fields);
  if (!header) co_return header.error();
  co_return header->offset;
}

io::task<result<std::vector<std::string>>> group_calls::members(endpoint broker, steady_time deadline) const {
  const remoting::consumer_list_request request{.consumer_group = group_};
  auto command = request.to_command();
  auto outcome = co_await core_->call(broker, std::move(command), deadline);
  if (!outcome.answer) co_return std::move(outcome.answer).error();
  // The code is that of any other failure there, but nothing else fails in it.
  if (outcome.answer->code == response_code::system_error) co_return std::vector<std::string>{};
  if (outcome.answer->code != response_code::success) {
    co_return core::refusal("members of the group " + group_, broker.to_string(), *outcome.answer);
  }
  auto list = remoting::consumer_list::decode(outcome.answer->body);
  if (!list) co_return std::move(list).error();
  co_return std::move(list->client_ids);
}

io::task<result<std::int64_t>> group_calls::stored_offset(message_queue queue, steady_time deadline) const {
  remoting::query_consumer_offset_request request{.consumer_group = group_, .topic = queue.topic, .queue_id = queue.queue_id};
  // Without it a young topic is answered with 0, and nobody could tell that from an offset.
  request.set_zero_if_not_found = false;
  request.broker_name = queue.broker_name;
  auto command = request.to_command();
  auto offset = co_await ask_offset(std::move(queue), std::move(command), deadline);
  if (offset.has_error() && offset.error().remote_code == response_code::query_not_found) {
    co_return fail(errc::not_found, std::move(offset).error().message, response_code::query_not_found);
  }
  if (offset.has_error() && offset.error().code == errc::not_found) {
    co_return fail(errc::refused, std::move(offset).error().message, offset.error().remote_code);
  }
  co_return offset;
}

io::task<result<std::int64_t>> group_calls::earliest_offset(message_queue queue, steady_time deadline) const {
  remoting::min_offset_request request{.topic = queue.topic, .queue_id = queue.queue_id};
  request.broker_name = queue.broker_name;
  auto command = request.to_command();
  auto offset = co_await ask_offset(std::move(queue), std::move(command), deadline);
  co_return offset;
}

io::task<result<std::int64_t>> group_calls::end_offset(message_queue queue, steady_time deadline) const {
  remoting::max_offset_request request{.topic = queue.topic, .queue_id = queue.queue_id};
  request.broker_name = queue.broker_name;
  auto command = request.to_command();
  auto offset = co_await ask_offset(std::move(queue), std::move(command), deadline);
  co_return offset;
}

io::task<result<std::int64_t>> group_calls::offset_at(message_queue queue, std::int64_t timestamp_ms, steady_time deadline) const {
  remoting::search_offset_request request{.topic = queue.topic, .queue_id = queue.queue_id, .timestamp_ms = timestamp_ms};
  request.broker_name = queue.broker_name;
  auto command = request.to_command();
  auto offset = co_await ask_offset(std::move(queue), std::move(command), deadline);
  co_return offset;
}

io::task<result<void>> group_calls::commit(message_queue queue, std::int64_t offset, steady_time deadline) const {
  remoting::update_consumer_offset_request request{
      .consumer_group = group_, .topic = queue.topic, .queue_id = queue.queue_id, .commit_offset = offset};
  request.broker_name = queue.broker_name;
  auto command = request.to_command();
  auto answer = co_await ask(std::move(queue), std::move(command), deadline);
  if (!answer) co_return std::move(answer).error();
  co_return result<void>{};
}

io::task<result<std::vector<message_queue>>> group_calls::lock(std::string broker_name, std::vector<message_queue> queues,
                                                               steady_time deadline) const {
  remoting::lock_request body{.consumer_group = group_, .client_id = core_->client_id(), .queues = to_wire(queues)};
  auto encoded = body.encode();
  if (!encoded) co_return std::move(encoded).error();
  remoting::command request{.code = remoting::request_code::lock_batch_mq};
  request.body = std::move(*encoded);
  const auto answer = co_await ask_broker(std::move(broker_name), std::move(request), deadline);
  if (!answer) co_return answer.error();
  const auto locked = remoting::lock_response::decode(answer->body);
  if (!locked) co_return locked.error();
  std::vector<message_queue> out;
  for (const auto& queue : locked->locked) out.push_back({queue.topic, queue.broker_name, queue.queue_id});
  co_return out;
}

io::task<result<void>> group_calls::unlock(std::string broker_name, std::vector<message_queue> queues, steady_time deadline) const {
  remoting::lock_request body{.consumer_group = group_, .client_id = core_->client_id(), .queues = to_wire(queues)};
  auto encoded = body.encode();
  if (!encoded) co_return std::move(encoded).error();
  remoting::command request{.code = remoting::request_code::unlock_batch_mq};
  request.body = std::move(*encoded);
  auto answer = co_await ask_broker(std::move(broker_name), std::move(request), deadline);
  if (!answer) co_return std::move(answer).error();
  co_return result<void>{};
}

io::task<result<pull_outcome>> group_calls::pull(endpoint broker, remoting::pull_request request, steady_time deadline) const {
  auto command = request.to_command();
  auto outcome = co_await core_->call(broker, std::move(command), deadline);
  if (!outcome.answer) co_return std::move(outcome.answer).error();
  co_return read_pull(*outcome.answer, broker.to_string());
}

io::task<result<void>> group_calls::send_back(returned_message what, steady_time deadline) const {
  const auto& message = *what.message;
  remoting::send_back_request request{.physical_offset = message.commit_log_offset, .group = group_};
  request.origin_message_id = message.offset_message_id;
  request.origin_topic = message.topic;
  request.max_reconsume_times = what.max_reconsume_times;
  request.broker_name = message.queue.broker_name;
  auto command = request.to_command();
  auto answer = co_await ask(message.queue, std::move(command), deadline);
  if (!answer) co_return std::move(answer).error();
  co_return result<void>{};
}

std::vector<endpoint> group_calls::brokers_for_copies(const std::string& topic) const {
  std::vector<endpoint> out;
  for (const auto& known : {retry_topic_of(group_), topic}) {
    const auto* route = core_->cached_route(known);
    if (route == nullptr) continue;
    for (const auto& broker : route->brokers) {
      const auto master = broker.addresses.find(0);
      if (master == broker.addresses.end()) continue;
      if (std::find(out.begin(), out.end(), master->second) == out.end()) out.push_back(master->second);
    }
  }
  return out;
}

io::task<result<void>> group_calls::send_copy(returned_message what, steady_time deadline) const {
  auto request = copy_for_retry(*what.message, group_, what.reconsume_times, what.max_reconsume_times);
  if (!request) co_return std::move(request).error();
  const auto brokers = brokers_for_copies(what.message->queue.topic);
  error last = fail(errc::unavailable, "no broker is known that could take the message back");
  for (const auto& broker : brokers) {
    auto command = *request;
    auto outcome = co_await core_->call(broker, std::move(command), deadline);
    if (!outcome.answer) {
      last = std::move(outcome.answer).error();
      continue;
    }
    const auto code = outcome.answer->code;
    if (code == response_code::success || code == response_code::flush_disk_timeout ||
        code == response_code::flush_slave_timeout || code == response_code::slave_not_available) {
      co_return result<void>{};
    }
    last = core::refusal("retry copy", broker.to_string(), *outcome.answer);
  }
  co_return std::move(last);
}

}  // namespace parley::rocketmq::consume
