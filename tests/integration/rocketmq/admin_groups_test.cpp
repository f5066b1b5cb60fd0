// Administration of groups against a real broker: members, progress, resets.
#include "integration/rocketmq/push_support.hpp"

#include <algorithm>
#include <memory>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds long_enough{20'000};

push_consumer::handler recording(record& into) {
  return [&into](const received_message& message) {
    into.add(message);
    return consume_verdict::done;
  };
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A member comes, consumes what is there and goes.
void consume(client& with, const std::string& group, const std::string& topic, std::size_t count) {
  record handled;
  push_consumer consumer(with, push_options(group, topic), recording(handled));
  consumer.start().value();
  if (!eventually([&] { return handled.count() >= count; })) throw std::runtime_error("the messages did not come");
  consumer.stop().value();
}

TEST(admin_groups, lists_groups_without_rocketmqs_own) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = unique_name("group");
  ASSERT_TRUE(over.create_group({.name = name}, long_enough));
  const auto groups = over.groups(long_enough);
  ASSERT_TRUE(groups) << groups.error().message;
  EXPECT_TRUE(has(*groups, name));
  EXPECT_FALSE(has(*groups, "TOOLS_CONSUMER"));
  EXPECT_FALSE(has(*groups, "CID_RMQ_SYS_TRANS"));
  EXPECT_TRUE(std::is_sorted(groups->begin(), groups->end()));
}

TEST(admin_groups, deletes_a_group_with_its_retry_topic) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = unique_name("group");
  ASSERT_TRUE(over.create_group({.name = name}, long_enough));
  ASSERT_TRUE(over.create_topic({.name = "%RETRY%" + name, .read_queues = 1, .write_queues = 1}, long_enough));
  ASSERT_TRUE(over.delete_group(name, true, long_enough));
  EXPECT_FALSE(has(over.groups(long_enough).value(), name));
  EXPECT_FALSE(has(over.topics(long_enough).value(), "%RETRY%" + name));
  const auto again = over.delete_group(name, true, long_enough);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::not_found);
}

TEST(admin_groups, says_so_when_a_broker_keeps_a_group_whose_offsets_are_kept) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = unique_name("group");
  ASSERT_TRUE(over.create_group({.name = name}, long_enough));
  const auto deleted = over.delete_group(name, false, long_enough);
  ASSERT_FALSE(deleted) << "RocketMQ 5.5.0 with autoCreateSubscriptionGroup";
  EXPECT_EQ(deleted.error().code, errc::refused);
  EXPECT_NE(deleted.error().message.find("broker-a"), std::string::npos) << deleted.error().message;
}

TEST(admin_groups, shows_who_consumes_and_what_it_reads) {
  const auto owner = started_client();
  const auto looking = started_client();
  admin over(*looking);
  const auto topic = fresh_topic(*owner, 2);
  const auto group = unique_name("group");
  record handled;
  push_consumer consumer(*owner, push_options(group, topic, "A || B"), recording(handled));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return reads(consumer, topic, 2); }));
  const auto found = over.connections(group, long_enough);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->clients.size(), 1U);
  EXPECT_EQ(found->clients[0].client_id, owner->client_id());
  EXPECT_EQ(found->clients[0].language, "CPP");
  EXPECT_EQ(found->clients[0].version, "V5_5_0");
  EXPECT_TRUE(found->clients[0].address.starts_with("127.0.0.1:"));
  EXPECT_TRUE(found->push);
  EXPECT_FALSE(found->broadcasting);
  EXPECT_EQ(found->subscriptions.at(topic), "A || B");
  const auto state = over.member(group, owner->client_id(), long_enough);
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(state->client_id, owner->client_id());
  EXPECT_EQ(state->subscriptions.at(topic), "A || B");
  EXPECT_EQ(std::count_if(state->queues.begin(), state->queues.end(), [&](const auto& queue) { return queue.topic == topic; }), 2);
  EXPECT_EQ(state->properties.at("PROP_CONSUME_TYPE"), "CONSUME_PASSIVELY");
  const auto other = over.member(group, looking->client_id(), long_enough);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, errc::not_found);
  ASSERT_TRUE(consumer.stop());
}

TEST(admin_groups, tells_a_group_without_members_from_one_that_is_not_there) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = unique_name("group");
  ASSERT_TRUE(over.create_group({.name = name}, long_enough));
  const auto empty = over.connections(name, long_enough);
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_TRUE(empty->clients.empty());
  EXPECT_TRUE(over.progress(name, {}, long_enough).value().queues.empty());
  const auto absent = unique_name("absent");
  EXPECT_EQ(over.connections(absent, long_enough).error().code, errc::not_found);
  EXPECT_EQ(over.progress(absent, {}, long_enough).error().code, errc::not_found);
  EXPECT_EQ(over.progress(absent, fresh_topic(*owner, 1), long_enough).error().code, errc::not_found);
  EXPECT_EQ(over.member(absent, "somebody", long_enough).error().code, errc::not_found);
  EXPECT_FALSE(has(over.groups(long_enough).value(), absent)) << "asking must not make it";
}

TEST(admin_groups, counts_what_a_group_has_not_consumed_yet) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 1);
  const auto group = unique_name("group");
  send_numbered(*owner, topic, 4);
  consume(*owner, group, topic, 4);
  send_numbered(*owner, topic, 6);
  wait_readable(*owner, topic, 10);
  const auto progress = over.progress(group, topic, long_enough);
  ASSERT_TRUE(progress) << progress.error().message;
  ASSERT_EQ(progress->queues.size(), 1U);
  EXPECT_EQ(progress->queues[0].queue, (message_queue{topic, "broker-a", 0}));
  EXPECT_EQ(progress->queues[0].broker_offset, 10);
  EXPECT_EQ(progress->queues[0].consumer_offset, 4);
  EXPECT_GT(progress->queues[0].last_consumed_ms, 0);
  EXPECT_EQ(progress->lag(), 6);
  EXPECT_EQ(over.progress(group, {}, long_enough).value().lag(), 6);
}

TEST(admin_groups, resets_a_group_without_members_to_the_beginning_and_the_end) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 1);
  const auto group = unique_name("group");
  ASSERT_TRUE(over.create_group({.name = group}, long_enough));
  send_numbered(*owner, topic, 5);
  wait_readable(*owner, topic, 5);
  const auto end = over.reset_offsets(group, topic, -1, long_enough);
  ASSERT_TRUE(end) << end.error().message;
  ASSERT_EQ(end->size(), 1U);
  EXPECT_EQ(end->at(0).queue, (message_queue{topic, "broker-a", 0}));
  EXPECT_EQ(end->at(0).offset, 5);
  EXPECT_EQ(over.progress(group, topic, long_enough).value().lag(), 0);
  EXPECT_EQ(over.reset_offsets(group, topic, 0, long_enough).value().at(0).offset, 0);
  EXPECT_EQ(over.progress(group, topic, long_enough).value().lag(), 5);
}

TEST(admin_groups, resets_to_the_first_message_stored_at_or_after_a_moment) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 1);
  const auto group = unique_name("group");
  ASSERT_TRUE(over.create_group({.name = group}, long_enough));
  producer from(*owner, sender_options());
  std::vector<std::int64_t> stored;
  // Each into a millisecond of its own.
  while (stored.size() < 3) {
    const auto sent = from.send({.topic = topic, .body = "x"});
    ASSERT_TRUE(sent.stored());
    const auto found = over.find_message(topic, sent.offset_message_id, long_enough);
    ASSERT_TRUE(found) << found.error().message;
    stored.push_back(found->store_timestamp_ms);
    ASSERT_TRUE(eventually([&] { return system_clock().wall_ms() > stored.back(); }));
  }
  wait_readable(*owner, topic, 3);
  EXPECT_EQ(over.reset_offsets(group, topic, stored[1], long_enough).value().at(0).offset, 1);
  EXPECT_EQ(over.reset_offsets(group, topic, stored[1] + 1, long_enough).value().at(0).offset, 2);
}

TEST(admin_groups, members_that_are_connected_follow_a_reset) {
  const auto owner = started_client();
  const auto looking = started_client();
  admin over(*looking);
  const auto topic = fresh_topic(*owner, 2);
  const auto group = unique_name("group");
  send_numbered(*owner, topic, 20);
  record handled;
  auto options = push_options(group, topic);
  options.broker_hold = milliseconds{500};  // a member hears of it with its next pull
  push_consumer consumer(*owner, std::move(options), recording(handled));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return handled.count() >= 20; }));
  const auto positions = over.reset_offsets(group, topic, 0, long_enough);
  ASSERT_TRUE(positions) << positions.error().message;
  EXPECT_EQ(positions->size(), 2U);
  EXPECT_TRUE(eventually([&] { return handled.count() >= 40; })) << handled.count();
  EXPECT_EQ(handled.distinct().size(), 20U);
  ASSERT_TRUE(consumer.stop());
}

TEST(admin_groups, a_reset_of_what_is_not_there_says_so) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 1);
  EXPECT_EQ(over.reset_offsets(unique_name("absent"), topic, -1, long_enough).error().code, errc::not_found);
  EXPECT_EQ(over.reset_offsets(unique_name("absent"), unique_name("absent"), -1, long_enough).error().code, errc::not_found);
  EXPECT_EQ(over.reset_offsets("g", topic, -2, long_enough).error().code, errc::invalid_argument);
}

}  // namespace
}  // namespace parley::integration
