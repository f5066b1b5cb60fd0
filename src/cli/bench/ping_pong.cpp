// The floor of a request's time: a message to one topic and one back over another, through the same broker, without any chat.
#include "bench/ping_pong.hpp"

#include <parley/rocketmq/admin.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace parley::cli {

namespace {

constexpr std::int32_t queues = 4;

milliseconds left_until(steady_time deadline) {
  return std::max(std::chrono::duration_cast<milliseconds>(deadline - system_clock().steady_now()), milliseconds{1});
}

rocketmq::pull_consumer_options reader_options(const std::string& group) {
  rocketmq::pull_consumer_options out;
  out.group = group;
  return out;
}

rocketmq::producer_options producer_options_of(const std::string& group) {
  rocketmq::producer_options out;
  out.group = group + "_producer";
  return out;
}

}  // namespace

ping_pong::ping_pong(rocketmq::client& bus, boost::asio::any_io_executor executor, const std::string& prefix, const std::string& group)
    : bus_(bus),
      ping_(prefix + "-ping"),
      pong_(prefix + "-pong"),
      producer_(bus, producer_options_of(group)),
      reader_(bus, reader_options(group)),
      came_back_(std::move(executor)) {
  reader_.deliver_to([this](const rocketmq::received_message& message) { arrived(message); });
}

io::task<result<void>> ping_pong::start(steady_time deadline) {
  rocketmq::admin at(bus_);
  for (const std::string* topic : {&ping_, &pong_}) {
    rocketmq::topic_settings settings{.name = *topic, .read_queues = queues, .write_queues = queues};
    auto made = co_await at.async_create_topic(settings, left_until(deadline), true);
    if (!made) co_return made;
    rocketmq::filter everything;
    auto subscribed = co_await reader_.async_subscribe_from_end(*topic, everything, left_until(deadline));
    if (!subscribed) co_return subscribed;
  }
  co_return result<void>{};
}

io::task<result<double>> ping_pong::once(milliseconds patience) {
  const auto begun = system_clock().steady_now();
  const auto number = ++asked_;
  send(ping_, std::to_string(number));
  while (answered_ < number) {
    const auto why = co_await came_back_.wait_until(begun + patience);
    if (why != io::wake_reason::notified) co_return fail(errc::timed_out, "a ping had no pong in time");
  }
  co_return std::chrono::duration<double, std::micro>(system_clock().steady_now() - begun).count();
}

void ping_pong::arrived(const rocketmq::received_message& message) {
  if (message.topic == ping_) return send(pong_, message.body);
  std::uint64_t number = 0;
  std::from_chars(message.body.data(), message.body.data() + message.body.size(), number);
  answered_ = std::max(answered_, number);
  came_back_.notify_all();
}

void ping_pong::send(const std::string& topic, std::string body) {
  rocketmq::message out;
  out.topic = topic;
  out.body = std::move(body);
  producer_.send(std::move(out), {}, [](const rocketmq::send_outcome&) {});
}

}  // namespace parley::cli
