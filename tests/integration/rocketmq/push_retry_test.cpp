// Messages whose handler fails: again through the retry topic, in the end as dead letters, and nothing held up by them.
#include "integration/rocketmq/push_support.hpp"

#include <atomic>
#include <stdexcept>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds patience{40'000};

/// Makes the group's dead-letter topic readable by pulling from it.
std::vector<received_message> dead_letters(client& owner, const std::string& group, std::size_t count) {
  const auto topic = "%DLQ%" + group;
  admin over(owner);
  if (!eventually([&] { return over.route(topic, milliseconds{5000}).has_value(); }, patience)) return {};
  pull_consumer reader(owner, {.group = group});
  const auto queues = reader.queues_of(topic, patience).value();
  reader.assign(queues, {}, patience).value();
  for (const auto& queue : queues) reader.seek(queue, 0).value();
  return collect(reader, count, patience);
}

TEST(push_retry, a_failed_message_comes_again_with_its_topic_and_count_while_others_flow) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 2);
  record handled;
  push_consumer consumer(*owner, push_options(unique_name("group"), topic), [&](const received_message& message) {
    handled.add(message);
    const bool fails = message.body == "poison0" && message.reconsume_times == 0;
    return fails ? consume_verdict::retry_later : consume_verdict::done;
  });
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 1, "poison");
  send_numbered(*owner, topic, 30);
  ASSERT_TRUE(eventually([&] { return handled.count() >= 31; }, patience)) << "the failed one holds nobody up";
  ASSERT_TRUE(eventually([&] { return handled.count() >= 32; }, patience)) << "10 s later it comes again";
  ASSERT_TRUE(consumer.stop());
  std::vector<received_message> poison;
  for (const auto& one : handled.all()) {
    if (one.body == "poison0") poison.push_back(one);
  }
  ASSERT_EQ(poison.size(), 2U);
  EXPECT_EQ(poison[1].topic, topic);
  EXPECT_TRUE(poison[1].queue.topic.starts_with("%RETRY%"));
  EXPECT_EQ(poison[1].reconsume_times, 1);
  EXPECT_EQ(poison[1].message_id, poison[0].message_id);
  EXPECT_EQ(consumer.stats().retried, 1U);
  EXPECT_EQ(consumer.stats().done, 31U);
}

TEST(push_retry, a_poison_message_ends_as_dead_letter_whether_it_is_refused_or_throws) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  const auto group = unique_name("group");
  auto options = push_options(group, topic);
  options.max_reconsume_times = 0;
  std::atomic<int> good{0};
  push_consumer consumer(*owner, options, [&](const received_message& message) -> consume_verdict {
    if (message.body == "refused0") return consume_verdict::retry_later;
    if (message.body == "thrown0") throw std::runtime_error("cannot handle it");
    ++good;
    return consume_verdict::done;
  });
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 1, "refused");
  send_numbered(*owner, topic, 1, "thrown");
  send_numbered(*owner, topic, 10);
  ASSERT_TRUE(eventually([&] { return good == 10 && consumer.stats().dead_lettered == 2; }, patience));
  ASSERT_TRUE(eventually([&] {
    const auto all = consumer.progress();
    return std::all_of(all.begin(), all.end(), [&](const auto& one) { return one.queue.topic != topic || one.commit_offset == 12; });
  })) << "what was given back counts as finished";
  ASSERT_TRUE(consumer.stop());
  std::set<std::string> buried;
  for (const auto& one : dead_letters(*owner, group, 2)) buried.insert(one.body);
  EXPECT_EQ(buried, (std::set<std::string>{"refused0", "thrown0"}));
}

TEST(push_retry, a_completion_that_is_dropped_counts_as_failure) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  auto options = push_options(unique_name("group"), topic);
  options.max_reconsume_times = 0;
  push_consumer consumer(*owner, options, [](std::shared_ptr<const received_message>, push_consumer::verdict_callback) {});
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 1);
  EXPECT_TRUE(eventually([&] { return consumer.stats().dead_lettered == 1; }, patience));
  EXPECT_TRUE(consumer.stop());
}

TEST(push_retry, an_ordered_message_is_repeated_in_place_and_then_buried) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  const auto group = unique_name("group");
  auto options = push_options(group, topic);
  options.order = consume_order::orderly;
  options.max_reconsume_times = 2;
  options.orderly_retry_delay = milliseconds{50};
  record handled;
  push_consumer consumer(*owner, options, [&](const received_message& message) {
    handled.add(message);
    return message.body == "bad0" ? consume_verdict::retry_later : consume_verdict::done;
  });
  send_numbered(*owner, topic, 2, "before");
  send_numbered(*owner, topic, 1, "bad");
  send_numbered(*owner, topic, 2, "after");
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return handled.count() >= 7; }, patience));
  ASSERT_TRUE(consumer.stop());
  std::vector<std::string> order;
  for (const auto& one : handled.all()) order.push_back(one.body + "/" + std::to_string(one.reconsume_times));
  EXPECT_EQ(order, (std::vector<std::string>{"before0/0", "before1/0", "bad0/0", "bad0/1", "bad0/2", "after0/0", "after1/0"}));
  EXPECT_EQ(consumer.stats().dead_lettered, 1U);
  const auto buried = dead_letters(*owner, group, 1);
  ASSERT_EQ(buried.size(), 1U);
  EXPECT_EQ(buried[0].body, "bad0");
}

}  // namespace
}  // namespace parley::integration
