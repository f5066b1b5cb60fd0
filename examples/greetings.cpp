// Sends a message and receives it: the client library in 30 lines. The README shows this file.
#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <cstdlib>
#include <iostream>
#include <semaphore>

namespace mq = parley::rocketmq;
using namespace std::chrono_literals;

int main() {
  const char* address = std::getenv("ROCKETMQ_NAMESERVER");
  mq::client client({.name_servers = address ? address : "127.0.0.1:9876"});
  client.start().value();  // errors are values; value() throws the error's sentence
  mq::admin(client).create_topic({.name = "greetings"}, 30s).value();

  std::counting_semaphore<> arrived(0);
  mq::push_consumer_options options{.group = "greeters", .subscriptions = {{"greetings", {.tags = "hello || welcome"}}}};
  options.start = mq::start_from::earliest;
  mq::push_consumer consumer(client, options, [&](const mq::received_message& message) {
    std::cout << message.tag << ": " << message.body << std::endl;
    arrived.release();
    return mq::consume_verdict::done;
  });
  consumer.start().value();

  mq::producer producer(client, {.group = "greeters_producer"});
  const mq::send_outcome outcome = producer.send({.topic = "greetings", .body = "Hello, 世界", .tag = "hello"});
  std::cout << mq::name_of(outcome.status) << " in " << outcome.queue.to_string() << std::endl;
  const bool received = arrived.try_acquire_for(30s);
  client.stop().value();  // drains: handlers end, offsets are committed, groups are left
  return outcome.stored() && received ? 0 : 1;
}
