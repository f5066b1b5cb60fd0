// Reading through a real broker without being a member of anything.
#include "integration/rocketmq/broker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <mutex>
#include <set>
#include <utility>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds long_enough{20'000};

std::multiset<std::string> bodies_of(const std::vector<received_message>& all) {
  std::multiset<std::string> out;
  for (const auto& one : all) out.insert(one.body);
  return out;
}

TEST(pull_consumer, sees_everything_after_the_subscription_and_nothing_before) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner);
  producer out(*owner, sender_options());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(out.send({.topic = topic, .body = "old"}).stored());
  wait_readable(*owner, topic, 20);
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  ASSERT_TRUE(reader.subscribe_from_end(topic, {}, long_enough));
  std::multiset<std::string> sent;
  for (int i = 0; i < 40; ++i) {
    sent.insert(std::to_string(i));
    ASSERT_TRUE(out.send({.topic = topic, .body = std::to_string(i)}).stored());
  }
  EXPECT_EQ(bodies_of(collect(reader, 40)), sent);
}

TEST(pull_consumer, any_number_of_one_group_each_see_every_message) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 2);
  const auto group = unique_name("shared");
  std::vector<pull_consumer> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back(*owner, pull_consumer_options{.group = group});
    ASSERT_TRUE(readers.back().subscribe_from_end(topic, {}, long_enough));
  }
  producer out(*owner, sender_options());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(out.send({.topic = topic, .body = std::to_string(i)}).stored());
  for (auto& reader : readers) EXPECT_EQ(collect(reader, 10).size(), 10U);
}

TEST(pull_consumer, lets_through_its_tags_and_untagged_messages_if_asked) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  pull_consumer mine(*owner, {.group = unique_name("reader")});
  pull_consumer mine_and_untagged(*owner, {.group = unique_name("reader")});
  ASSERT_TRUE(mine.subscribe_from_end(topic, {.tags = "me"}, long_enough));
  ASSERT_TRUE(mine_and_untagged.subscribe_from_end(topic, {.tags = "me", .untagged_too = true}, long_enough));
  producer out(*owner, sender_options());
  for (const auto* tag : {"other", "", "me", "other", "", "me"}) {
    ASSERT_TRUE(out.send({.topic = topic, .body = std::string("tag:") + tag, .tag = tag}).stored());
  }
  EXPECT_EQ(bodies_of(collect(mine, 2)), (std::multiset<std::string>{"tag:me", "tag:me"}));
  EXPECT_EQ(bodies_of(collect(mine_and_untagged, 4)), (std::multiset<std::string>{"tag:", "tag:", "tag:me", "tag:me"}));
  EXPECT_TRUE(poll_patiently(mine, milliseconds{300}).empty());
}

TEST(pull_consumer, calls_its_sink_in_queue_order) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  std::mutex mutex;
  std::vector<std::string> seen;
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  reader.deliver_to([&](received_message one) {
    const std::lock_guard lock(mutex);
    seen.push_back(one.body);
  });
  ASSERT_TRUE(reader.subscribe_from_end(topic, {}, long_enough));
  producer out(*owner, sender_options());
  std::vector<std::string> sent;
  for (int i = 0; i < 100; ++i) {
    sent.push_back(std::to_string(i));
    ASSERT_TRUE(out.send({.topic = topic, .body = sent.back()}).stored());
  }
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return seen.size() >= sent.size();
  }));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen, sent);
}

TEST(pull_consumer, reads_assigned_queues_from_where_it_is_told) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  producer out(*owner, sender_options());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(out.send({.topic = topic, .body = std::to_string(i)}).stored());
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  const auto queues = reader.queues_of(topic, long_enough).value();
  ASSERT_EQ(queues.size(), 1U);
  ASSERT_TRUE(reader.seek(queues[0], 7));
  ASSERT_TRUE(reader.assign(queues, {}, long_enough));
  EXPECT_EQ(bodies_of(collect(reader, 3)), (std::multiset<std::string>{"7", "8", "9"}));
  ASSERT_TRUE(reader.seek_to_begin(queues[0], long_enough));
  EXPECT_EQ(collect(reader, 10).size(), 10U);
  ASSERT_TRUE(reader.seek(queues[0], 0));
  ASSERT_TRUE(reader.seek_to_end(queues[0], long_enough));
  while (!poll_patiently(reader, milliseconds{200}).empty()) {
  }
  ASSERT_TRUE(out.send({.topic = topic, .body = "new"}).stored());
  EXPECT_EQ(bodies_of(collect(reader, 1)), (std::multiset<std::string>{"new"}));
}

TEST(pull_consumer, follows_the_broker_when_an_offset_is_out_of_range) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  producer out(*owner, sender_options());
  ASSERT_TRUE(out.send({.topic = topic, .body = "first"}).stored());
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  const auto queues = reader.queues_of(topic, long_enough).value();
  ASSERT_TRUE(reader.seek(queues[0], 0));
  ASSERT_TRUE(reader.assign(queues, {}, long_enough));
  ASSERT_EQ(collect(reader, 1).size(), 1U);  // the queue is not empty any more
  ASSERT_TRUE(reader.seek(queues[0], 1'000'000));
  EXPECT_TRUE(poll_patiently(reader, milliseconds{500}).empty());
  // Reading goes on at the end as it is when the broker hears of the wrong offset: what is sent after that is read.
  std::vector<received_message> got;
  const auto read_one = [&] {
    if (out.send({.topic = topic, .body = "second"}).stored()) got = poll_patiently(reader, milliseconds{500});
    return !got.empty();
  };
  ASSERT_TRUE(eventually(read_one));
  for (const auto& one : got) EXPECT_EQ(one.body, "second");
}

TEST(pull_consumer, takes_no_more_than_its_bound_before_it_is_polled) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  pull_consumer reader(*owner, {.group = unique_name("reader"), .pull_batch = 4, .max_buffered_messages = 8});
  ASSERT_TRUE(reader.subscribe_from_end(topic, {}, long_enough));
  producer out(*owner, sender_options());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(out.send({.topic = topic, .body = std::to_string(i)}).stored());
  const auto first = reader.poll(long_enough, 1000).value();
  EXPECT_LE(first.size(), 12U);
  EXPECT_EQ(collect(reader, 100 - first.size()).size(), 100 - first.size());
}

TEST(pull_consumer, reads_queues_that_appear_later_from_their_beginning) {
  const auto owner = started_client({.name_servers = broker_setting("NAMESRV"), .route_refresh_period = milliseconds{200}});
  const auto topic = fresh_topic(*owner, 1);
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  ASSERT_TRUE(reader.subscribe_from_end(topic, {}, long_enough));
  const auto other = started_client();
  ASSERT_TRUE(admin(*other).create_topic({.name = topic, .read_queues = 4, .write_queues = 4}, long_enough, false));
  ASSERT_TRUE(eventually([&] { return admin(*other).route(topic, long_enough).value().queues.at(0).write_queues == 4; }));
  producer out(*other, sender_options());
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(out.send({.topic = topic, .body = std::to_string(i)}).stored());
  EXPECT_EQ(collect(reader, 8).size(), 8U);
}

TEST(pull_consumer, says_that_a_topic_is_not_there) {
  const auto owner = started_client();
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  const auto subscribed = reader.subscribe_from_end(unique_name("absent"), {}, long_enough);
  ASSERT_FALSE(subscribed);
  EXPECT_EQ(subscribed.error().code, errc::not_found);
}

TEST(pull_consumer, ends_a_poll_that_waits_when_it_is_stopped) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  ASSERT_TRUE(reader.subscribe_from_end(topic, {}, long_enough));
  std::atomic<bool> done{false};
  errc code{};
  reader.poll(milliseconds{60'000}, 1, [&](result<std::vector<received_message>> polled) {
    code = polled ? errc::internal : polled.error().code;
    done = true;
  });
  EXPECT_TRUE(reader.stop());
  ASSERT_TRUE(eventually([&] { return done.load(); }));
  EXPECT_EQ(code, errc::stopped);
  EXPECT_FALSE(reader.poll(milliseconds{10}));
}

TEST(pull_consumer, is_awaited_from_a_context_of_the_callers) {
  boost::asio::io_context context;  // before the client, which posts to it
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  pull_consumer reader(*owner, {.group = unique_name("reader")});
  producer out(*owner, sender_options());
  std::size_t got = 0;
  auto work = [](pull_consumer& from, producer& by, std::string to, std::size_t& count) -> boost::asio::awaitable<void> {
    filter everything;
    const auto subscribed = co_await from.async_subscribe_from_end(to, std::move(everything), long_enough);
    if (!subscribed) co_return;
    message what{.topic = to, .body = "x"};
    const auto sent = co_await by.async_send(std::move(what));
    if (!sent.stored()) co_return;
    const auto polled = co_await from.async_poll(long_enough);
    if (polled) count = polled->size();
  };
  boost::asio::co_spawn(context, work(reader, out, topic, got), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  context.run();
  EXPECT_EQ(got, 1U);
}

}  // namespace
}  // namespace parley::integration
