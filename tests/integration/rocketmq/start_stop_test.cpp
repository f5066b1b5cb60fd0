// Clients that start and stop, again and again, with traffic in flight, at points that a seed picks.
#include "integration/rocketmq/broker.hpp"

#include <parley/base/random.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdlib>
#include <utility>

namespace parley::integration {
namespace {

using namespace rocketmq;
/// For a stop that must not be cut short; it ends as soon as it can.
constexpr milliseconds stop_patience{60'000};

/// PARLEY_START_STOP sets the number of rounds of each case: the long form has 500.
int rounds() {
  const auto* text = std::getenv("PARLEY_START_STOP");
  return text != nullptr ? std::max(1, std::atoi(text)) : 50;
}

// Every send is counted in and counted out by its one callback.
struct ledger {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  std::atomic<int> twice{0};
};

void send_one(producer& out, const std::string& topic, const std::shared_ptr<ledger>& book) {
  ++book->begun;
  auto called = std::make_shared<std::atomic<int>>(0);
  out.send({.topic = topic, .body = "x"}, {}, [book, called](send_outcome) {
    if (++*called > 1) ++book->twice;
    ++book->ended;
  });
}

// Lets things go on for a while that the seed picks, from nothing to some milliseconds.
void let_run(random_source& random) { std::this_thread::sleep_for(std::chrono::microseconds(random.below(8) * random.below(1500))); }

void one_round(std::uint64_t seed, const std::string& topic) {
  SCOPED_TRACE(seed);
  random_source random(seed);
  const auto book = std::make_shared<ledger>();
  auto owner = std::make_unique<client>(client_options{.name_servers = broker_setting("NAMESRV")});
  auto out = std::make_unique<producer>(*owner, producer_options{.group = "start_stop_sender"});
  auto reader = std::make_unique<pull_consumer>(*owner, pull_consumer_options{.group = "start_stop_reader"});
  std::atomic<int> seen{0};
  if (random.below(2) == 0) reader->deliver_to([&seen](received_message) { ++seen; });
  ASSERT_TRUE(owner->start());
  let_run(random);

  boost::asio::io_context elsewhere;
  bool subscribing_ended = false;
  auto subscribe = [](pull_consumer& by, std::string to, bool& ended) -> boost::asio::awaitable<void> {
    filter everything;
    co_await by.async_subscribe_from_end(std::move(to), std::move(everything), milliseconds(5000));
    ended = true;
  };
  boost::asio::co_spawn(elsewhere, subscribe(*reader, topic, subscribing_ended), [](const std::exception_ptr&) {});
  std::thread other([&] { elsewhere.run(); });
  for (auto left = random.below(40); left > 0; --left) send_one(*out, topic, book);
  std::thread blocking([&, count = random.below(4)] {
    for (std::uint64_t i = 0; i < count; ++i) {
      ++book->begun;
      const auto outcome = out->send({.topic = topic, .body = "y"}, {.timeout = milliseconds{2000}});
      ++book->ended;
      if (outcome.status == send_status::rejected && outcome.cause.code == errc::stopped) break;
    }
  });
  let_run(random);

  const auto order = random.below(5);
  if (order == 0) EXPECT_TRUE(owner->stop(stop_patience));
  if (order == 1) EXPECT_TRUE(out->stop(stop_patience));
  if (order == 2) EXPECT_TRUE(reader->stop(stop_patience));
  if (order == 3) owner.reset();
  for (auto left = random.below(10); left > 0; --left) send_one(*out, topic, book);
  let_run(random);
  if (order == 4) (void)owner->stop(milliseconds{0});
  other.join();
  blocking.join();
  EXPECT_TRUE(subscribing_ended);
  if (random.below(2) == 0) owner.reset();
  if (random.below(2) == 0) out.reset();
  reader.reset();
  out.reset();
  owner.reset();
  EXPECT_EQ(book->ended, book->begun);
  EXPECT_EQ(book->twice, 0);
}

TEST(start_stop, leaves_no_send_without_its_one_outcome) {
  const auto helper = started_client();
  const auto topic = fresh_topic(*helper, 4);
  const auto* text = std::getenv("PARLEY_SEED");
  const std::uint64_t first = text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
  for (int i = 0; i < rounds() && !HasFailure(); ++i) one_round(first + static_cast<std::uint64_t>(i), topic);
}

// The same on a context of the caller's, where nothing may be left over when run() returns.
TEST(start_stop, leaves_nothing_on_a_context_of_the_callers) {
  const auto helper = started_client();
  const auto topic = fresh_topic(*helper, 4);
  auto round = [](client& owner, producer& out, pull_consumer& reader, std::string to, std::shared_ptr<ledger> book,
                  std::uint64_t seed) -> boost::asio::awaitable<void> {
    random_source random(seed);
    filter everything;
    if (random.below(2) == 0) co_await reader.async_subscribe_from_end(to, std::move(everything), milliseconds(5000));
    for (auto left = random.below(40); left > 0; --left) send_one(out, to, book);
    if (random.below(2) == 0) {
      message what{.topic = to, .body = "z"};
      const auto sent = co_await out.async_send(std::move(what));
      EXPECT_TRUE(sent.stored()) << sent.cause.message;
    }
    if (random.below(3) == 0) co_await out.async_stop();
    const auto stopped = co_await owner.async_stop(stop_patience);
    EXPECT_TRUE(stopped);
  };
  for (int i = 0; i < rounds() && !HasFailure(); ++i) {
    SCOPED_TRACE(i);
    const auto book = std::make_shared<ledger>();
    boost::asio::io_context context(1);
    client owner({.name_servers = broker_setting("NAMESRV")}, context);
    producer out(owner, {.group = "start_stop_sender", .send_timeout = milliseconds{30'000}});
    pull_consumer reader(owner, {.group = "start_stop_reader"});
    ASSERT_TRUE(owner.start());
    boost::asio::co_spawn(context, round(owner, out, reader, topic, book, static_cast<std::uint64_t>(i)), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    context.run();
    EXPECT_EQ(book->ended, book->begun);
    EXPECT_EQ(book->twice, 0);
  }
}

// A callback may hold the last reference to everything.
TEST(start_stop, may_end_on_the_clients_own_thread) {
  const auto helper = started_client();
  const auto topic = fresh_topic(*helper, 1);
  for (int i = 0; i < 10; ++i) {
    struct bundle {
      client owner{{.name_servers = broker_setting("NAMESRV")}};
      producer out{owner, {.group = "start_stop_sender"}};
    };
    std::atomic<bool> done{false};
    auto held = std::make_shared<bundle>();
    ASSERT_TRUE(held->owner.start());
    auto* out = &held->out;
    out->send({.topic = topic, .body = "x"}, {}, [held, &done](const send_outcome&) mutable {
      held.reset();
      done = true;
    });
    held.reset();
    EXPECT_TRUE(eventually([&] { return done.load(); }));
  }
}

}  // namespace
}  // namespace parley::integration
