// A push consumer over a broker that is killed, paused and cut off from its NameServer: nothing stored is lost, reading goes on.
#include "fault/rocketmq/own_broker.hpp"

#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace parley::fault {
namespace {

using namespace rocketmq;
constexpr milliseconds patience{90'000};

bool eventually(const std::function<bool()>& condition, milliseconds limit = patience) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{10});
  }
  return true;
}

/// A topic, a producer that does not give up, and a consumer that remembers.
class traffic {
 public:
  explicit traffic(const own_broker& broker, consume_order order = consume_order::concurrent)
      : owner_({.name_servers = broker.name_servers()}),
        producer_(owner_, {.group = "fault_producer"}),
        consumer_(owner_, options(order), handler()) {
    owner_.start().value();
    admin(owner_).create_topic({.name = "fault", .read_queues = 4, .write_queues = 4}, patience).value();
    consumer_.start().value();
  }

  /// True once the broker holds it.
  bool send() {
    const auto body = "m" + std::to_string(next_++);
    const auto outcome = producer_.send({.topic = "fault", .body = body});
    if (!outcome.stored()) return false;
    const std::lock_guard lock(mutex_);
    stored_.insert(body);
    return true;
  }
  void send_stored(int count) {
    for (int done = 0; done < count;) done += send() ? 1 : 0;
  }
  [[nodiscard]] bool all_handled() {
    const std::lock_guard lock(mutex_);
    return std::includes(handled_.begin(), handled_.end(), stored_.begin(), stored_.end());
  }
  [[nodiscard]] std::size_t handled() {
    const std::lock_guard lock(mutex_);
    return handled_.size();
  }
  push_consumer& consumer() { return consumer_; }
  void stop() {
    EXPECT_TRUE(consumer_.stop());
    EXPECT_TRUE(owner_.stop());
  }

 private:
  static push_consumer_options options(consume_order order) {
    push_consumer_options out;
    out.group = "fault_consumer";
    out.subscriptions["fault"] = {};
    out.start = start_from::earliest;
    out.order = order;
    return out;
  }
  push_consumer::handler handler() {
    return [this](const received_message& message) {
      const std::lock_guard lock(mutex_);
      handled_.insert(message.body);
      return consume_verdict::done;
    };
  }

  client owner_;
  std::mutex mutex_;
  int next_{0};
  std::set<std::string> stored_;
  std::set<std::string> handled_;
  producer producer_;
  push_consumer consumer_;
};

void expect_life_goes_on(traffic& over) {
  over.send_stored(20);
  EXPECT_TRUE(eventually([&] { return over.all_handled(); }));
  EXPECT_EQ(over.consumer().stats().stalls, 0U);
  const auto all = over.consumer().progress();
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const auto& one) { return one.queue.topic == "fault"; }), 4);
}

TEST(push_fault, a_killed_broker_loses_nothing_that_it_stored) {
  own_broker broker("--flush sync");
  traffic over(broker);
  over.send_stored(20);
  ASSERT_TRUE(eventually([&] { return over.all_handled(); }));
  for (int round = 0; round < 2; ++round) {
    std::atomic<bool> enough{false};
    std::thread sender([&] {
      while (!enough) over.send();
    });
    const auto before = over.handled();
    EXPECT_TRUE(eventually([&] { return over.handled() > before + 20; }));
    broker.kill();
    broker.start();
    const auto after = over.handled();
    EXPECT_TRUE(eventually([&] { return over.handled() > after; })) << "reading goes on by itself";
    enough = true;
    sender.join();
  }
  expect_life_goes_on(over);
  over.stop();
}

TEST(push_fault, an_orderly_group_goes_on_after_a_kill) {
  own_broker broker("--flush sync");
  traffic over(broker, consume_order::orderly);
  over.send_stored(20);
  ASSERT_TRUE(eventually([&] { return over.all_handled(); }));
  broker.kill();
  broker.start();
  expect_life_goes_on(over);
  over.stop();
}

TEST(push_fault, a_paused_broker_is_waited_for) {
  own_broker broker;
  traffic over(broker);
  over.send_stored(20);
  ASSERT_TRUE(eventually([&] { return over.all_handled(); }));
  broker.pause();
  std::this_thread::sleep_for(milliseconds{5000});
  broker.resume();
  expect_life_goes_on(over);
  over.stop();
}

TEST(push_fault, reading_needs_no_name_server_and_stop_needs_no_broker) {
  own_broker broker;
  traffic over(broker);
  over.send_stored(20);
  ASSERT_TRUE(eventually([&] { return over.all_handled(); }));
  broker.kill_name_server();
  expect_life_goes_on(over);
  broker.start_name_server();
  expect_life_goes_on(over);
  broker.kill();
  over.stop();
}

}  // namespace
}  // namespace parley::fault
