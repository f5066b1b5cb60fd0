// Consuming as a group's member, against a real broker: everything once, shared out, resumed, filtered.
#include "integration/rocketmq/push_support.hpp"

#include <atomic>
#include <memory>
#include <thread>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds patience{30'000};

push_consumer::handler recording(record& into) {
  return [&into](const received_message& message) {
    into.add(message);
    return consume_verdict::done;
  };
}

TEST(push_consumer, delivers_every_message_once_with_all_that_belongs_to_it) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 4);
  send_numbered(*owner, topic, 200, "m", "tag");
  record handled;
  push_consumer consumer(*owner, push_options(unique_name("group"), topic), recording(handled));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return handled.count() >= 200; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(handled.bodies(), numbered(200));
  const auto first = handled.all().front();
  EXPECT_EQ(first.topic, topic);
  EXPECT_EQ(first.tag, "tag");
  EXPECT_EQ(first.reconsume_times, 0);
  EXPECT_FALSE(first.message_id.empty());
  EXPECT_GT(first.store_timestamp_ms, 0);
  const auto stats = consumer.stats();
  EXPECT_EQ(stats.delivered, 200U);
  EXPECT_EQ(stats.done, 200U);
  EXPECT_EQ(stats.retried, 0U);
  EXPECT_TRUE(stats.rebalanced_once);
}

TEST(push_consumer, offers_the_messages_of_a_queue_in_order_to_an_asynchronous_handler) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 2);
  record handled;
  push_consumer consumer(*owner, push_options(unique_name("group"), topic),
                         [&](std::shared_ptr<const received_message> message, push_consumer::verdict_callback done) {
                           handled.add(*message);
                           std::thread([done = std::move(done)] { done(consume_verdict::done); }).detach();
                         });
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 100);
  ASSERT_TRUE(eventually([&] { return handled.count() >= 100; }, patience));
  ASSERT_TRUE(eventually([&] { return consumer.stats().done == 100; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(handled.bodies(), numbered(100));
  std::map<message_queue, std::int64_t> last;
  for (const auto& one : handled.all()) {
    const auto [at, fresh] = last.try_emplace(one.queue, one.queue_offset);
    EXPECT_TRUE(fresh || at->second < one.queue_offset);
    at->second = one.queue_offset;
  }
}

TEST(push_consumer, goes_on_where_the_group_stopped) {
  const auto group = unique_name("group");
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 4);
  record first;
  {
    push_consumer consumer(*owner, push_options(group, topic), recording(first));
    ASSERT_TRUE(consumer.start());
    send_numbered(*owner, topic, 50, "a");
    ASSERT_TRUE(eventually([&] { return first.count() >= 50; }, patience));
    ASSERT_TRUE(consumer.stop());
    ASSERT_TRUE(consumer.stop()) << "stopping twice is fine";
    EXPECT_FALSE(consumer.start()) << "a stopped consumer stays stopped";
  }
  send_numbered(*owner, topic, 20, "b");
  record second;
  push_consumer consumer(*owner, push_options(group, topic), recording(second));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return second.count() >= 20; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(second.bodies(), numbered(20, "b"));
}

TEST(push_consumer, members_share_the_queues_and_the_last_one_takes_all) {
  const auto group = unique_name("group");
  const auto one = started_client();
  const auto other = started_client();
  const auto topic = fresh_topic(*one, 4);
  record handled;
  push_consumer first(*one, push_options(group, topic), recording(handled));
  ASSERT_TRUE(first.start());
  ASSERT_TRUE(eventually([&] { return reads(first, topic, 4); }, patience));
  push_consumer second(*other, push_options(group, topic), recording(handled));
  ASSERT_TRUE(second.start());
  ASSERT_TRUE(eventually([&] { return reads(first, topic, 2) && reads(second, topic, 2); }, patience));
  auto all = queues_of(first, topic);
  all.merge(queues_of(second, topic));
  EXPECT_EQ(all.size(), 4U) << "no queue of two members, none of nobody";
  send_numbered(*one, topic, 40, "a");
  ASSERT_TRUE(eventually([&] { return handled.distinct().size() == 40; }, patience));
  ASSERT_TRUE(first.stop());
  ASSERT_TRUE(eventually([&] { return reads(second, topic, 4); }, patience));
  send_numbered(*one, topic, 40, "b");
  ASSERT_TRUE(eventually([&] { return handled.distinct().size() == 80; }, patience));
  ASSERT_TRUE(second.stop());
  EXPECT_EQ(handled.count(), 80U) << "a handover in a quiet moment repeats nothing";
}

TEST(push_consumer, compares_tags_exactly_where_their_hashes_are_equal) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 2);
  send_numbered(*owner, topic, 10, "wanted", "Aa");
  send_numbered(*owner, topic, 10, "other", "BB");  // the same hash
  send_numbered(*owner, topic, 10, "none");
  send_numbered(*owner, topic, 10, "also", "C");
  record handled;
  push_consumer consumer(*owner, push_options(unique_name("group"), topic, "Aa || C"), recording(handled));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return handled.count() >= 20; }, patience));
  ASSERT_TRUE(eventually([&] {
    for (const auto& queue : consumer.progress()) {
      if (queue.queue.topic == topic && queue.commit_offset < queue.broker_max_offset) return false;
    }
    return true;
  })) << "what was filtered is committed too";
  ASSERT_TRUE(consumer.stop());
  auto expected = numbered(10, "wanted");
  const auto more = numbered(10, "also");
  expected.insert(expected.end(), more.begin(), more.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(handled.bodies(), expected);
}

TEST(push_consumer, latest_begins_behind_what_is_there_also_on_a_young_topic) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 2);
  send_numbered(*owner, topic, 10, "old");
  wait_readable(*owner, topic, 10);
  auto options = push_options(unique_name("group"), topic);
  options.start = start_from::latest;
  record handled;
  push_consumer consumer(*owner, options, recording(handled));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return reads(consumer, topic, 2); }, patience));
  send_numbered(*owner, topic, 10, "new");
  ASSERT_TRUE(eventually([&] { return handled.count() >= 10; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(handled.bodies(), numbered(10, "new"));
}

TEST(push_consumer, timestamp_begins_at_the_first_message_stored_since) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  send_numbered(*owner, topic, 5, "old");
  const auto before = system_clock().wall_ms();
  ASSERT_TRUE(eventually([&] { return system_clock().wall_ms() > before; }));  // store times are whole milliseconds
  const auto now = system_clock().wall_ms();
  send_numbered(*owner, topic, 5, "new");
  wait_readable(*owner, topic, 10);
  auto options = push_options(unique_name("group"), topic);
  options.start = start_from::timestamp;
  options.start_timestamp_ms = now;
  record handled;
  push_consumer consumer(*owner, options, recording(handled));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return handled.count() >= 5; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(handled.bodies(), numbered(5, "new"));
}

TEST(push_consumer, waits_for_a_topic_and_misses_nothing_of_it_when_it_appears) {
  const auto owner = started_client();
  const auto topic = unique_name("later");
  auto options = push_options(unique_name("group"), topic);
  options.start = start_from::latest;
  record handled;
  push_consumer consumer(*owner, options, recording(handled));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return consumer.stats().rebalanced_once; }, patience));
  const auto made = admin(*owner).create_topic({.name = topic, .read_queues = 2, .write_queues = 2}, patience);
  ASSERT_TRUE(made) << made.error().message;
  send_numbered(*owner, topic, 20);
  ASSERT_TRUE(eventually([&] { return handled.count() >= 20; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(handled.bodies(), numbered(20));
}

TEST(push_consumer, a_slow_handler_holds_back_the_reading) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  send_numbered(*owner, topic, 60);
  auto options = push_options(unique_name("group"), topic);
  options.pull_batch = 4;
  options.max_cached_messages = 8;
  std::mutex mutex;
  std::vector<push_consumer::verdict_callback> waiting;
  push_consumer consumer(*owner, options, [&](std::shared_ptr<const received_message>, push_consumer::verdict_callback done) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(done));
  });
  ASSERT_TRUE(consumer.start());
  const auto held = [&] {
    const std::lock_guard lock(mutex);
    return waiting.size();
  };
  ASSERT_TRUE(eventually([&] { return held() > 8; }, patience));
  EXPECT_LE(held(), 12U) << "at most one batch past the limit";
  ASSERT_TRUE(eventually(
      [&] {
        const std::lock_guard lock(mutex);
        for (const auto& done : waiting) done(consume_verdict::done);
        waiting.clear();
        return consumer.stats().done >= 60;
      },
      patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(consumer.stats().done, 60U);
}

TEST(push_consumer, stop_waits_for_running_handlers_and_commits_what_they_did) {
  const auto group = unique_name("group");
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  send_numbered(*owner, topic, 2);
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  {
    push_consumer consumer(*owner, push_options(group, topic), [&](const received_message&) {
      ++begun;
      std::this_thread::sleep_for(milliseconds{500});
      ++ended;
      return consume_verdict::done;
    });
    ASSERT_TRUE(consumer.start());
    ASSERT_TRUE(eventually([&] { return begun > 0; }, patience));
    ASSERT_TRUE(consumer.stop());
    EXPECT_EQ(begun, ended);
  }
  const auto done = static_cast<std::size_t>(ended.load());
  record rest;
  push_consumer consumer(*owner, push_options(group, topic), recording(rest));
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 1, "last");
  ASSERT_TRUE(eventually([&] { return rest.distinct().contains("last0"); }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(rest.count(), 2 - done + 1);
}

TEST(push_consumer, can_be_destroyed_by_its_own_handler) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  auto consumer = std::make_shared<std::unique_ptr<push_consumer>>();
  std::atomic<bool> gone{false};
  *consumer = std::make_unique<push_consumer>(*owner, push_options(unique_name("group"), topic), [&](const received_message&) {
    consumer->reset();
    gone = true;
    return consume_verdict::done;
  });
  ASSERT_TRUE((*consumer)->start());
  send_numbered(*owner, topic, 1);
  EXPECT_TRUE(eventually([&] { return gone.load(); }, patience));
  EXPECT_TRUE(owner->stop());
}

TEST(push_consumer, the_client_stops_its_consumers) {
  auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  record handled;
  push_consumer consumer(*owner, push_options(unique_name("group"), topic), recording(handled));
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 5);
  ASSERT_TRUE(eventually([&] { return handled.count() >= 5; }, patience));
  EXPECT_TRUE(owner->stop());
  EXPECT_TRUE(consumer.stop());
  owner.reset();
  EXPECT_TRUE(consumer.stop());
}

TEST(push_consumer, refuses_options_that_cannot_work) {
  const auto owner = started_client();
  const auto refused = [&](push_consumer_options options) {
    push_consumer consumer(*owner, std::move(options), [](const received_message&) { return consume_verdict::done; });
    const auto started = consumer.start();
    return started.has_error() && started.error().code == errc::invalid_argument;
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({.group = "g"}));
  EXPECT_TRUE(refused({.group = "no blanks", .subscriptions = {{"t", {}}}}));
  EXPECT_TRUE(refused({.group = "g", .subscriptions = {{"no blanks", {}}}}));
  EXPECT_TRUE(refused({.group = "g", .subscriptions = {{"t", {}}}, .model = message_model::broadcasting}));
  EXPECT_TRUE(refused({.group = "g", .subscriptions = {{"t", {}}}, .pull_batch = 0}));
  EXPECT_TRUE(refused({.group = "g", .subscriptions = {{"t", {.tags = "A", .untagged_too = true}}}}));
}

}  // namespace
}  // namespace parley::integration
