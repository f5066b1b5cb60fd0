// A program of somebody else's: the installed headers alone, blocking calls and callbacks.
#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/pull_consumer.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <unistd.h>

#include <atomic>
#include <future>
#include <iostream>

namespace {

using namespace parley::rocketmq;
using parley::milliseconds;

int give_up(const char* what, const parley::error& why) {
  std::cerr << what << ": " << why.message << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string topic = "installed_" + std::to_string(::getpid());
  client owner({.name_servers = argv[1]});
  if (auto started = owner.start(); !started) return give_up("start", started.error());
  topic_settings settings;
  settings.name = topic;
  if (auto made = admin(owner).create_topic(settings, milliseconds{20'000}); !made) return give_up("create_topic", made.error());

  pull_consumer reader(owner, {.group = "installed_reader"});
  if (auto subscribed = reader.subscribe_from_end(topic, {}, milliseconds{20'000}); !subscribed) return give_up("subscribe", subscribed.error());
  std::promise<std::string> pushed;
  push_consumer_options options;
  options.group = topic;
  options.subscriptions[topic] = filter{};
  options.start = start_from::earliest;
  std::atomic<int> calls{0};
  push_consumer consumer(owner, options, push_consumer::handler([&](const received_message& one) {
    if (++calls == 1) pushed.set_value(one.body);
    return consume_verdict::done;
  }));
  if (auto started = consumer.start(); !started) return give_up("consumer", started.error());

  producer sender(owner, {.group = "installed_sender"});
  const auto blocking = sender.send({.topic = topic, .body = "hello"});
  if (!blocking.stored()) return give_up("send", blocking.cause);
  std::promise<send_outcome> called;
  sender.send({.topic = topic, .body = "hello"}, {}, [&](send_outcome outcome) { called.set_value(std::move(outcome)); });
  const auto outcome = called.get_future().get();
  if (!outcome.stored()) return give_up("send with a callback", outcome.cause);

  std::size_t read = 0;
  while (read < 2) {
    const auto polled = reader.poll(milliseconds{20'000});
    if (!polled) return give_up("poll", polled.error());
    if (polled->empty()) return give_up("poll", {parley::errc::timed_out, "nothing came", -1});
    read += polled->size();
  }
  if (pushed.get_future().get() != "hello") return 1;
  if (auto stopped = owner.stop(); !stopped) return give_up("stop", stopped.error());
  std::cout << "sent, pulled and pushed\n";
  return 0;
}
