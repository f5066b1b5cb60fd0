// Orderly groups: one message of a queue at a time, whoever has the queue.
#include "integration/rocketmq/push_support.hpp"

#include <atomic>
#include <thread>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds patience{40'000};

push_consumer_options orderly_options(const std::string& group, const std::string& topic) {
  auto out = push_options(group, topic);
  out.order = consume_order::orderly;
  return out;
}

/// Counts handlers of one queue that run at the same time.
class overlap_watch {
 public:
  consume_verdict handle(const received_message& message, record& into) {
    auto& inside = entry(message.queue);
    if (inside.fetch_add(1) > 0) overlaps_ = overlaps_ + 1;
    std::this_thread::sleep_for(milliseconds{1});
    into.add(message);
    inside.fetch_sub(1);
    return consume_verdict::done;
  }
  [[nodiscard]] int overlaps() const { return overlaps_; }

 private:
  std::atomic<int>& entry(const message_queue& queue) {
    const std::lock_guard lock(mutex_);
    return inside_[queue];
  }
  std::mutex mutex_;
  std::map<message_queue, std::atomic<int>> inside_;
  std::atomic<int> overlaps_{0};
};

void expect_ascending(const record& handled) {
  std::map<message_queue, std::int64_t> last;
  for (const auto& one : handled.all()) {
    const auto [at, fresh] = last.try_emplace(one.queue, one.queue_offset);
    EXPECT_TRUE(fresh || at->second + 1 == one.queue_offset)
        << one.queue.to_string() << " " << at->second << " then " << one.queue_offset;
    at->second = one.queue_offset;
  }
}

TEST(push_orderly, handles_each_queue_one_at_a_time_in_order) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 4);
  send_numbered(*owner, topic, 200);
  record handled;
  overlap_watch watch;
  push_consumer consumer(*owner, orderly_options(unique_name("group"), topic),
                         [&](const received_message& message) { return watch.handle(message, handled); });
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return handled.count() >= 200; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(handled.bodies(), numbered(200));
  EXPECT_EQ(watch.overlaps(), 0);
  expect_ascending(handled);
}

TEST(push_orderly, asynchronous_handlers_are_waited_for) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  send_numbered(*owner, topic, 20);
  record handled;
  std::atomic<int> open{0};
  std::atomic<int> most{0};
  push_consumer consumer(*owner, orderly_options(unique_name("group"), topic),
                         [&](std::shared_ptr<const received_message> message, push_consumer::verdict_callback done) {
                           most = std::max(most.load(), ++open);
                           std::thread([&, message, done = std::move(done)] {
                             handled.add(*message);
                             --open;
                             done(consume_verdict::done);
                           }).detach();
                         });
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return consumer.stats().done >= 20; }, patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(most, 1);
  expect_ascending(handled);
}

TEST(push_orderly, a_queue_changes_hands_without_overlap_repetition_or_gap) {
  const auto group = unique_name("group");
  const auto one = started_client();
  const auto other = started_client();
  const auto topic = fresh_topic(*one, 4);
  record handled;
  overlap_watch watch;
  const auto handler = [&](const received_message& message) { return watch.handle(message, handled); };
  push_consumer first(*one, orderly_options(group, topic), handler);
  ASSERT_TRUE(first.start());
  ASSERT_TRUE(eventually([&] { return reads(first, topic, 4); }, patience));
  send_numbered(*one, topic, 100, "a");
  push_consumer second(*other, orderly_options(group, topic), handler);
  ASSERT_TRUE(second.start());
  send_numbered(*one, topic, 100, "b");
  ASSERT_TRUE(eventually([&] { return reads(first, topic, 2) && reads(second, topic, 2); }, patience));
  send_numbered(*one, topic, 100, "c");
  ASSERT_TRUE(first.stop());
  ASSERT_TRUE(eventually([&] { return reads(second, topic, 4); }, patience));
  ASSERT_TRUE(eventually([&] { return handled.distinct().size() == 300; }, patience));
  ASSERT_TRUE(second.stop());
  EXPECT_EQ(handled.count(), 300U);
  EXPECT_EQ(watch.overlaps(), 0);
  expect_ascending(handled);
}

}  // namespace
}  // namespace parley::integration
