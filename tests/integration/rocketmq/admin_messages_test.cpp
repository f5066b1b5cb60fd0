// Messages looked up by id and by key, against a real broker.
#include "integration/rocketmq/broker.hpp"

#include <limits>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds long_enough{20'000};
constexpr std::int64_t the_end = std::numeric_limits<std::int64_t>::max();

send_outcome sent(client& through, message one) {
  producer from(through, sender_options());
  auto outcome = from.send(std::move(one));
  if (!outcome.stored()) throw std::runtime_error("a message was not stored: " + outcome.cause.message);
  return outcome;
}

// A broker makes its index a moment after it has stored.
result<received_message> found_at_last(admin& over, const std::string& topic, const std::string& id) {
  result<received_message> out = fail(errc::not_found, "");
  (void)eventually([&] {
    out = over.find_message(topic, id, long_enough);
    return out || out.error().code != errc::not_found;
  });
  return out;
}

TEST(admin_messages, finds_a_message_by_the_producers_id) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 2);
  const auto outcome = sent(*owner, {.topic = topic, .body = "found", .tag = "T", .properties = {{"colour", "red"}}});
  const auto found = found_at_last(over, topic, outcome.message_id);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->body, "found");
  EXPECT_EQ(found->tag, "T");
  EXPECT_EQ(found->property("colour"), "red");
  EXPECT_EQ(found->message_id, outcome.message_id);
  EXPECT_EQ(found->offset_message_id, outcome.offset_message_id);
  EXPECT_EQ(found->queue, outcome.queue);
  EXPECT_EQ(found->queue_offset, outcome.queue_offset);
}

TEST(admin_messages, finds_a_copy_by_the_brokers_id) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 1);
  const auto outcome = sent(*owner, {.topic = topic, .body = "copy"});
  const auto found = over.find_message(topic, outcome.offset_message_id, long_enough);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->body, "copy");
  EXPECT_EQ(found->queue, outcome.queue);
}

TEST(admin_messages, says_not_found_where_there_is_none) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 1);
  const auto other = fresh_topic(*owner, 1);
  const auto outcome = sent(*owner, {.topic = topic, .body = "x"});
  EXPECT_EQ(over.find_message(topic, "0123456789ABCDEF0123456789ABCDEF", long_enough).error().code, errc::not_found);
  EXPECT_EQ(over.find_message(topic, "no id at all", long_enough).error().code, errc::not_found);
  EXPECT_EQ(over.find_message(other, outcome.offset_message_id, long_enough).error().code, errc::not_found) << "of another topic";
  auto past = outcome.offset_message_id;
  past.replace(past.size() - 12, 4, "7FFF");
  EXPECT_EQ(over.find_message(topic, past, long_enough).error().code, errc::not_found) << "behind the end";
  EXPECT_EQ(over.find_message(unique_name("absent"), outcome.message_id, long_enough).error().code, errc::not_found);
  EXPECT_TRUE(over.find_messages(topic, "no_such_key", 10, 0, the_end, long_enough).value().empty());
}

TEST(admin_messages, finds_messages_by_key_newest_first) {
  const auto owner = started_client();
  admin over(*owner);
  const auto topic = fresh_topic(*owner, 2);
  const auto key = unique_name("key");
  for (const auto* body : {"1", "2", "3"}) (void)sent(*owner, {.topic = topic, .body = body, .keys = {"other", key}});
  (void)sent(*owner, {.topic = topic, .body = "4", .keys = {"other"}});
  ASSERT_TRUE(eventually([&] { return over.find_messages(topic, key, 64, 0, the_end, long_enough).value().size() == 3; }));
  const auto newest = over.find_messages(topic, key, 2, 0, the_end, long_enough);
  ASSERT_TRUE(newest) << newest.error().message;
  ASSERT_EQ(newest->size(), 2U);
  EXPECT_EQ(newest->at(0).body, "3");
  EXPECT_EQ(newest->at(1).body, "2");
  const auto when = newest->at(0).store_timestamp_ms;
  EXPECT_TRUE(over.find_messages(topic, key, 64, when + 1, the_end, long_enough).value().empty());
  EXPECT_FALSE(over.find_messages(topic, key, 64, when, when, long_enough).value().empty());
}

TEST(admin_messages, refuses_bounds_that_a_broker_would_not_keep) {
  const auto owner = started_client();
  admin over(*owner);
  EXPECT_EQ(over.find_messages("t", "k", 65, 0, the_end, long_enough).error().code, errc::invalid_argument);
  EXPECT_EQ(over.find_messages("t", "", 1, 0, the_end, long_enough).error().code, errc::invalid_argument);
  EXPECT_EQ(over.find_messages("t", "k", 1, 2, 1, long_enough).error().code, errc::invalid_argument);
  EXPECT_EQ(over.find_message("t", "", long_enough).error().code, errc::invalid_argument);
}

}  // namespace
}  // namespace parley::integration
