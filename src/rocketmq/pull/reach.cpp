// Whether a topic's brokers let a group read: one pull each, which takes nothing.
#include "pull/pull_state.hpp"

#include <fmt/format.h>

#include <map>

namespace parley::rocketmq {

io::task<result<void>> pull_consumer::state::look_at_end(message_queue queue, steady_time deadline) {
  const auto end = co_await ask_offset(queue, true, deadline);
  if (!end) co_return end.error();
  const auto address = core->broker_address(queue.broker_name, 0, true);
  if (!address)
    co_return fail(errc::unavailable, fmt::format("no NameServer of {} knows broker {}", core->name_servers(), queue.broker_name));
  remoting::pull_request question;
  question.consumer_group = options.group;
  question.topic = queue.topic;
  question.queue_id = queue.queue_id;
  question.queue_offset = *end;
  question.max_messages = 1;
  question.sys_flag = remoting::pull_flag::subscription;
  question.subscription = "*";
  question.expression_type = "TAG";
  question.broker_name = queue.broker_name;
  const auto outcome = co_await core->call(*address, question.to_command(), deadline);
  if (!outcome.answer) co_return outcome.answer.error();
  if (pull::verdict_of(outcome.answer->code) == pull::verdict::refused) co_return refused(queue, *outcome.answer);
  co_return result<void>();
}

io::task<result<void>> pull_consumer::state::reach(std::string topic, steady_time deadline) {
  const auto self = shared_from_this();
  if (auto fit = usable(); !fit) co_return fit;
  const auto queues = co_await queues_of(std::move(topic), deadline);
  if (!queues) co_return queues.error();
  std::map<std::string, message_queue> one_each;
  for (const auto& queue : *queues) one_each.try_emplace(queue.broker_name, queue);
  for (const auto& [broker, queue] : one_each) {
    auto looked = co_await look_at_end(queue, deadline);
    if (!looked) co_return looked;
  }
  co_return result<void>();
}

}  // namespace parley::rocketmq
