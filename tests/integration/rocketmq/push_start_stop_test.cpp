// Push consumers that start and stop, again and again, with traffic in flight, at points that a seed picks: nothing is lost.
#include "integration/rocketmq/push_support.hpp"

#include <parley/base/random.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <utility>

namespace parley::integration {
namespace {

using namespace rocketmq;
/// For a stop that must not be cut short; it ends as soon as it can.
constexpr milliseconds stop_patience{60'000};

/// PARLEY_START_STOP sets the number of rounds of each case: the long form has 500.
int rounds() {
  const auto* text = std::getenv("PARLEY_START_STOP");
  return text != nullptr ? std::max(1, std::atoi(text)) : 40;
}

std::uint64_t first_seed() {
  const auto* text = std::getenv("PARLEY_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

void let_run(random_source& random) {
  std::this_thread::sleep_for(std::chrono::microseconds(random.below(10) * random.below(6000)));
}

/// Sends until told to end and remembers what a broker holds.
class steady_traffic {
 public:
  explicit steady_traffic(std::string topic) : owner_(started_client()), topic_(std::move(topic)), thread_([this] { run(); }) {}
  ~steady_traffic() { finish(); }
  void finish() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
  }
  /// After finish().
  [[nodiscard]] const std::set<std::string>& stored() const { return stored_; }

 private:
  void run() {
    producer out(*owner_, {.group = "push_start_stop_sender"});
    for (int i = 0; !ended_; ++i) {
      const auto body = std::to_string(i);
      if (out.send({.topic = topic_, .body = body}).stored()) stored_.insert(body);
      std::this_thread::sleep_for(milliseconds{1});
    }
  }
  std::unique_ptr<client> owner_;
  std::string topic_;
  std::atomic<bool> ended_{false};
  std::set<std::string> stored_;
  std::thread thread_;
};

/// Completes handlers' messages a little later, on a thread of its own, also when their consumer is gone.
class late_completions {
 public:
  late_completions() : thread_([this] { run(); }) {}
  ~late_completions() {
    ended_ = true;
    thread_.join();
  }
  void add(push_consumer::verdict_callback done) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(done));
  }

 private:
  void run() {
    while (!ended_) {
      std::this_thread::sleep_for(milliseconds{2});
      std::deque<push_consumer::verdict_callback> now;
      {
        const std::lock_guard lock(mutex_);
        now.swap(waiting_);
      }
      for (const auto& done : now) done(consume_verdict::done);
    }
  }
  std::mutex mutex_;
  std::deque<push_consumer::verdict_callback> waiting_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

struct round_setting {
  std::string topic;
  std::string group;
  std::shared_ptr<record> handled;
  std::shared_ptr<late_completions> later;
};

std::unique_ptr<push_consumer> make_consumer(client& owner, const round_setting& setting, random_source& random) {
  auto options = push_options(setting.group, setting.topic);
  options.order = random.below(3) == 0 ? consume_order::orderly : consume_order::concurrent;
  options.commit_period = milliseconds{1 + static_cast<std::int64_t>(random.below(50))};
  const auto handled = setting.handled;
  if (random.below(2) == 0) {
    return std::make_unique<push_consumer>(owner, options, [handled](const received_message& message) {
      handled->add(message);
      std::this_thread::sleep_for(std::chrono::microseconds(message.queue_offset % 7 * 300));
      return consume_verdict::done;
    });
  }
  return std::make_unique<push_consumer>(
      owner, options,
      [handled, later = setting.later](std::shared_ptr<const received_message> message, push_consumer::verdict_callback done) {
        handled->add(*message);
        if (message->queue_offset % 2 == 0) return done(consume_verdict::done);
        later->add(std::move(done));
      });
}

/// `patient`: every stop has the time that it needs. A member that is cut off in its first heartbeat may haunt its group for two
/// minutes, since the broker can handle that heartbeat after the end of its connection.
void one_round(std::uint64_t seed, const round_setting& setting, bool patient) {
  SCOPED_TRACE(seed);
  random_source random(seed);
  auto owner = std::make_unique<client>(client_options{.name_servers = broker_setting("NAMESRV"), .log = test_logger()});
  auto consumer = make_consumer(*owner, setting, random);
  const bool early = random.below(2) == 0;  // a consumer may be started before its client
  if (early) ASSERT_TRUE(consumer->start());
  ASSERT_TRUE(owner->start());
  if (!early) ASSERT_TRUE(consumer->start());
  let_run(random);
  std::thread other([&, acts = random.below(3)] {
    if (acts == 0) (void)consumer->stop();
    if (acts == 1) (void)consumer->progress();
  });
  const auto order = random.below(patient ? 3 : 5);
  if (order == 0) EXPECT_TRUE(owner->stop(stop_patience));
  if (order == 1) (void)consumer->stop();
  if (order == 3) (void)consumer->stop(milliseconds{static_cast<std::int64_t>(random.below(20))});
  if (order == 4) (void)owner->stop(milliseconds{static_cast<std::int64_t>(random.below(20))});
  other.join();
  if (random.below(2) == 0) owner.reset();
  consumer.reset();
  owner.reset();
}

std::size_t missing(const round_setting& setting, const std::set<std::string>& stored) {
  const auto seen = setting.handled->distinct();
  return static_cast<std::size_t>(
      std::count_if(stored.begin(), stored.end(), [&seen](const auto& body) { return !seen.contains(body); }));
}

/// What was stored is handled at last by members of the group that are left alone. A destructor gives a client 3 s to leave: on
/// a machine that stalls just then its queues are free only when the broker misses its heartbeats, up to 130 s later.
void expect_all_handled(const round_setting& setting, const std::set<std::string>& stored) {
  const auto owner = started_client();
  push_consumer last(*owner, push_options(setting.group, setting.topic), [&](const received_message& message) {
    setting.handled->add(message);
    return consume_verdict::done;
  });
  ASSERT_TRUE(last.start());
  EXPECT_TRUE(eventually(
      [&] {
        const auto seen = setting.handled->distinct();
        return std::includes(seen.begin(), seen.end(), stored.begin(), stored.end());
      },
      milliseconds{180'000}))
      << missing(setting, stored) << " are missing";
  EXPECT_TRUE(last.stop(stop_patience));
}

TEST(push_start_stop, loses_nothing_wherever_it_is_stopped) {
  const auto with = started_client();
  const round_setting setting{fresh_topic(*with, 4), unique_name("group"), std::make_shared<record>(),
                              std::make_shared<late_completions>()};
  steady_traffic traffic(setting.topic);
  for (int i = 0; i < rounds() && !HasFailure(); ++i) one_round(first_seed() + static_cast<std::uint64_t>(i), setting, true);
  traffic.finish();
  EXPECT_FALSE(traffic.stored().empty());
  expect_all_handled(setting, traffic.stored());
}

TEST(push_start_stop, survives_being_cut_off) {
  const auto with = started_client();
  const round_setting setting{fresh_topic(*with, 4), unique_name("group"), std::make_shared<record>(),
                              std::make_shared<late_completions>()};
  steady_traffic traffic(setting.topic);
  for (int i = 0; i < rounds() && !HasFailure(); ++i) one_round(first_seed() + static_cast<std::uint64_t>(i), setting, false);
}

// The same on a context of the caller's, where nothing may be left over when run() returns.
TEST(push_start_stop, leaves_nothing_on_a_context_of_the_callers) {
  const auto with = started_client();
  const round_setting setting{fresh_topic(*with, 4), unique_name("group"), std::make_shared<record>(),
                              std::make_shared<late_completions>()};
  steady_traffic traffic(setting.topic);
  auto stop_both = [](client& owner, push_consumer& consumer, bool consumer_first) -> boost::asio::awaitable<void> {
    if (consumer_first) {
      const auto stopped = co_await consumer.async_stop(stop_patience);
      EXPECT_TRUE(stopped);
    }
    const auto ended = co_await owner.async_stop(stop_patience);
    EXPECT_TRUE(ended);
  };
  for (int i = 0; i < rounds() && !HasFailure(); ++i) {
    SCOPED_TRACE(i);
    random_source random(first_seed() + static_cast<std::uint64_t>(i));
    boost::asio::io_context context(1);
    client owner({.name_servers = broker_setting("NAMESRV"), .log = test_logger()}, context);
    const auto consumer = make_consumer(owner, setting, random);
    ASSERT_TRUE(owner.start());
    ASSERT_TRUE(consumer->start());
    context.run_for(milliseconds{static_cast<std::int64_t>(random.below(60))});
    boost::asio::co_spawn(context, stop_both(owner, *consumer, random.below(2) == 0), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    context.restart();
    context.run();
  }
  traffic.finish();
  expect_all_handled(setting, traffic.stored());
}

}  // namespace
}  // namespace parley::integration
