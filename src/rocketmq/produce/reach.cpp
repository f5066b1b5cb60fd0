// Whether a topic's brokers answer, and how sends ended: what a producer tells of itself.
#include "produce/producer_state.hpp"

#include "core/wire.hpp"

#include <parley/remoting/codec/requests/offset.hpp>

#include <fmt/format.h>

#include <map>

namespace parley::rocketmq {
namespace {

/// What has come of the questions so far; outlives who asked.
struct survey {
  explicit survey(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
  io::signal changed;
  std::size_t left{0};
  bool reached{false};
  std::optional<error> failure{};
};

io::task<void> ask(std::shared_ptr<core::client_core> core, std::shared_ptr<survey> into, endpoint broker, message_queue queue,
                   steady_time deadline) {
  remoting::max_offset_request question;
  question.topic = queue.topic;
  question.queue_id = queue.queue_id;
  auto request = question.to_command();
  const auto outcome = co_await core->call(broker, std::move(request), deadline);
  if (!outcome.answer) {
    into->failure = outcome.answer.error();
  } else if (outcome.answer->code != 0) {
    into->failure = core::refusal(fmt::format("reaching {}", queue.to_string()), fmt::format("broker {}", broker.to_string()),
                                  *outcome.answer);
  } else {
    into->reached = true;
  }
  --into->left;
  into->changed.notify_all();
}

}  // namespace

void producer::state::count(send_status how) noexcept {
  auto& counter = how == send_status::stored ? sends_stored : how == send_status::rejected ? sends_rejected : sends_unknown;
  counter.fetch_add(1, std::memory_order_relaxed);
}

io::task<result<void>> producer::state::reach(std::string topic, steady_time deadline) {
  const auto self = shared_from_this();
  auto route = co_await core->route(topic, deadline);
  if (!route) co_return std::move(route).error();
  std::map<endpoint, message_queue> questions;
  for (const auto& queue : produce::writable_queues(*route)) {
    if (const auto broker = core->broker_address(queue.broker_name)) questions.try_emplace(*broker, queue);
  }
  if (questions.empty())
    co_return fail(errc::unavailable, fmt::format("no broker is known that topic {} can be written at", topic));
  const auto found = std::make_shared<survey>(core->executor());
  found->left = questions.size();
  for (const auto& [broker, queue] : questions) core->spawn(ask(core, found, broker, queue, deadline));
  // Each question keeps the deadline itself and says what it failed of.
  const auto late = deadline + milliseconds{100};
  while (!found->reached && found->left > 0) {
    const auto why = co_await found->changed.wait_until(late);
    if (why != io::wake_reason::notified) break;
  }
  if (found->reached) co_return result<void>{};
  co_return found->failure.value_or(fail(errc::timed_out, fmt::format("no broker of topic {} answered in time", topic)));
}

}  // namespace parley::rocketmq
