// Senders over a broker that is killed, paused and left without its NameServer: every outcome must be true afterwards.
#include "fault/rocketmq/own_broker.hpp"

#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace parley::fault {
namespace {

using namespace rocketmq;

// What was tried and what came of it, by body.
class ledger {
 public:
  void begin(const std::string& body) {
    const std::lock_guard lock(mutex_);
    EXPECT_TRUE(attempted_.insert(body).second);
  }
  void end(const std::string& body, const send_outcome& outcome) {
    const std::lock_guard lock(mutex_);
    EXPECT_TRUE(ended_.insert(body).second) << body << " ended twice";
    of(outcome.status).insert(body);
    if (outcome.status != send_status::stored) last_cause_ = outcome.cause.message;
  }
  [[nodiscard]] std::size_t count(send_status status) {
    const std::lock_guard lock(mutex_);
    return of(status).size();
  }
  /// Stored ⊆ read ⊆ stored ∪ unknown, rejected ∩ read = ∅, each ended once.
  void check_against(const std::multiset<std::string>& read) {
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(attempted_, ended_);
    for (const auto& body : of(send_status::stored)) EXPECT_TRUE(read.contains(body)) << body << " was stored and is lost";
    for (const auto& body : of(send_status::rejected)) EXPECT_FALSE(read.contains(body)) << body << " was rejected and is there";
    for (const auto& body : read) EXPECT_TRUE(attempted_.contains(body)) << body << " was never sent";
    RecordProperty("stored", static_cast<int>(of(send_status::stored).size()));
    RecordProperty("rejected", static_cast<int>(of(send_status::rejected).size()));
    RecordProperty("unknown", static_cast<int>(of(send_status::unknown).size()));
    std::size_t unknown_read = 0;
    for (const auto& body : of(send_status::unknown)) unknown_read += read.count(body);
    fmt::print("stored {}, rejected {}, unknown {} (of these {} are there); last cause: {}\n", of(send_status::stored).size(),
               of(send_status::rejected).size(), of(send_status::unknown).size(), unknown_read, last_cause_);
  }

 private:
  static void RecordProperty(const std::string& name, int value) { testing::Test::RecordProperty(name, value); }
  std::set<std::string>& of(send_status status) { return sets_[static_cast<std::size_t>(status)]; }

  std::mutex mutex_;
  std::set<std::string> attempted_;
  std::set<std::string> ended_;
  std::array<std::set<std::string>, 3> sets_;
  std::string last_cause_;
};

// Sends numbered messages from threads of its own until it is stopped.
class senders {
 public:
  senders(client& owner, std::string topic, ledger& book, milliseconds timeout, int threads = 3)
      : out_(owner, {.group = "fault_sender", .send_timeout = timeout}), topic_(std::move(topic)), book_(book) {
    for (int t = 0; t < threads; ++t) threads_.emplace_back([this, t] { run(t); });
  }
  senders(const senders&) = delete;
  senders& operator=(const senders&) = delete;
  ~senders() { stop(); }
  void stop() {
    going_ = false;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void run(int thread) {
    for (int i = 0; going_; ++i) {
      const auto body = fmt::format("{}-{}", thread, i);
      book_.begin(body);
      const auto outcome = out_.send({.topic = topic_, .body = body});
      book_.end(body, outcome);
      std::this_thread::sleep_for(milliseconds{2});
    }
  }

  producer out_;
  std::string topic_;
  ledger& book_;
  std::atomic<bool> going_{true};
  std::vector<std::thread> threads_;
};

bool eventually(const std::function<bool()>& condition, milliseconds limit = milliseconds{60'000}) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{10});
  }
  return true;
}

std::unique_ptr<client> started_client(const own_broker& broker) {
  auto out = std::make_unique<client>(client_options{.name_servers = broker.name_servers()});
  out->start().value();
  admin(*out).create_topic({.name = "t", .read_queues = 4, .write_queues = 4}, milliseconds{30'000}).value();
  return out;
}

// Everything that the topic holds, from its beginning: up to an end mark in each queue, so that a slow broker is waited for.
std::multiset<std::string> read_all(client& owner) {
  pull_consumer reader(owner, {.group = "fault_reader"});
  const auto queues = reader.queues_of("t", milliseconds{30'000}).value();
  producer marks(owner, {.group = "fault_sender", .send_timeout = milliseconds{60'000}});
  for (const auto& queue : queues) {
    EXPECT_TRUE(marks.send({.topic = "t", .body = "end", .tag = "end"}, {.queue = queue}).stored());
    reader.seek(queue, 0).value();
  }
  reader.assign(queues, {}, milliseconds{30'000}).value();
  std::multiset<std::string> out;
  std::set<message_queue> ended;
  EXPECT_TRUE(eventually([&] {
    for (const auto& one : reader.poll(milliseconds{60'000}, 1000).value()) {
      if (one.tag == "end") {
        ended.insert(one.queue);
      } else {
        out.insert(one.body);
      }
    }
    return ended.size() == queues.size();
  }));
  return out;
}

TEST(producer_under_fault, tells_the_truth_about_every_send_when_the_broker_is_killed_and_comes_back) {
  own_broker broker;
  const auto owner = started_client(broker);
  ledger book;
  senders traffic(*owner, "t", book, milliseconds{1000});
  ASSERT_TRUE(eventually([&] { return book.count(send_status::stored) > 200; }));
  broker.kill();
  ASSERT_TRUE(eventually([&] { return book.count(send_status::rejected) > 2; }));
  broker.start();
  const auto back = std::chrono::steady_clock::now();
  const auto after = book.count(send_status::stored);
  ASSERT_TRUE(eventually([&] { return book.count(send_status::stored) > after + 100; }));
  fmt::print("a hundred stored {} ms after the broker's start returned\n",
             std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - back).count());
  traffic.stop();
  book.check_against(read_all(*owner));
}

TEST(producer_under_fault, calls_nothing_rejected_that_a_paused_broker_may_have_taken) {
  own_broker broker;
  const auto owner = started_client(broker);
  ledger book;
  senders traffic(*owner, "t", book, milliseconds{1000}, 8);
  ASSERT_TRUE(eventually([&] { return book.count(send_status::stored) > 200; }));
  broker.pause();
  std::this_thread::sleep_for(std::chrono::seconds(3));
  broker.resume();
  const auto before = book.count(send_status::stored);
  ASSERT_TRUE(eventually([&] { return book.count(send_status::stored) > before + 100; }));
  traffic.stop();
  EXPECT_GE(book.count(send_status::unknown), 8U);
  // One may be rejected, when this process was held up until its time was over. Then it has not left, and is not there.
  book.check_against(read_all(*owner));
}

TEST(producer_under_fault, goes_on_without_its_name_server) {
  own_broker broker;
  const auto owner = std::make_unique<client>(
      client_options{.name_servers = broker.name_servers(), .heartbeat_period = milliseconds{500}, .route_refresh_period = milliseconds{500}});
  owner->start().value();
  admin(*owner).create_topic({.name = "t"}, milliseconds{30'000}).value();
  ledger book;
  senders traffic(*owner, "t", book, milliseconds{20'000});
  ASSERT_TRUE(eventually([&] { return book.count(send_status::stored) > 50; }));
  broker.kill_name_server();
  const auto before = book.count(send_status::stored);
  const auto asked = owner->stats().route_refreshes;
  ASSERT_TRUE(eventually([&] { return owner->stats().route_refreshes >= asked + 5; })) << "the route is asked for, and nobody answers";
  EXPECT_TRUE(eventually([&] { return book.count(send_status::stored) > before + 100; }));
  broker.start_name_server();  // knows nothing until the broker registers again: the route from before is kept
  const auto again = book.count(send_status::stored);
  EXPECT_TRUE(eventually([&] { return book.count(send_status::stored) > again + 100; }));
  traffic.stop();
  EXPECT_EQ(book.count(send_status::rejected), 0U);
  EXPECT_EQ(book.count(send_status::unknown), 0U);
}

TEST(pull_consumer_under_fault, goes_on_where_it_was_when_the_broker_comes_back) {
  own_broker broker;
  const auto owner = started_client(broker);
  std::mutex mutex;
  std::multiset<std::string> seen;
  std::vector<std::string> troubles;
  pull_consumer reader(*owner, {.group = "fault_reader"});
  reader.deliver_to([&](const received_message& one) {
    const std::lock_guard lock(mutex);
    seen.insert(one.body);
  });
  reader.on_trouble([&](const message_queue&, const error& why) {
    const std::lock_guard lock(mutex);
    troubles.push_back(why.message);
  });
  ASSERT_TRUE(reader.subscribe_from_end("t", {}, milliseconds{30'000}));
  producer out(*owner, {.group = "fault_sender", .send_timeout = milliseconds{60'000}});
  std::multiset<std::string> sent;
  auto send = [&](const std::string& body) {
    sent.insert(body);
    ASSERT_TRUE(out.send({.topic = "t", .body = body}).stored()) << body;
  };
  const auto all_seen = [&] {
    const std::lock_guard lock(mutex);
    return seen == sent;
  };
  for (int i = 0; i < 50; ++i) send(fmt::format("before {}", i));
  ASSERT_TRUE(eventually(all_seen));
  broker.kill();
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return troubles.size() >= 4;  // one a queue
  }));
  broker.start();
  for (int i = 0; i < 50; ++i) send(fmt::format("after {}", i));
  EXPECT_TRUE(eventually(all_seen));
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return std::count(troubles.begin(), troubles.end(), "") >= 4;
  }));
}

// A cluster where everything has to be made by hand says so, and works once it is.
TEST(client_of_a_strict_cluster, is_told_what_to_make) {
  own_broker broker("--no-auto-create");
  const auto owner = started_client(broker);
  producer out(*owner, {.group = "fault_sender", .send_timeout = milliseconds{20'000}});
  const auto sent = out.send({.topic = "absent", .body = "x"});
  EXPECT_EQ(sent.status, send_status::rejected);
  EXPECT_EQ(sent.cause.code, errc::not_found);
  EXPECT_NE(sent.cause.message.find("create_topic"), std::string::npos) << sent.cause.message;

  std::mutex mutex;
  std::vector<std::string> troubles;
  pull_consumer reader(*owner, {.group = "strict_reader"});
  reader.on_trouble([&](const message_queue&, const error& why) {
    const std::lock_guard lock(mutex);
    troubles.push_back(why.message);
  });
  ASSERT_TRUE(reader.subscribe_from_end("t", {}, milliseconds{30'000}));
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return !troubles.empty();
  }));
  {
    const std::lock_guard lock(mutex);
    EXPECT_NE(troubles[0].find("updateSubGroup"), std::string::npos) << troubles[0];
  }
  ASSERT_TRUE(admin(*owner).create_group({.name = "strict_reader"}, milliseconds{30'000}));
  ASSERT_TRUE(out.send({.topic = "t", .body = "x"}).stored());
  EXPECT_EQ(reader.poll(milliseconds{60'000}).value().size(), 1U);
}

}  // namespace
}  // namespace parley::fault
