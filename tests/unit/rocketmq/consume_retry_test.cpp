// What becomes of a failed message, by model, order and how often it failed.
#include "consume/retry.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace parley::rocketmq::consume {
namespace {

TEST(consume_retry, concurrent_messages_are_given_back_and_the_broker_decides) {
  EXPECT_EQ(after_failure(message_model::clustering, consume_order::concurrent, 0, 16), failure_action::send_back);
  EXPECT_EQ(after_failure(message_model::clustering, consume_order::concurrent, 16, 16), failure_action::send_back);
}

TEST(consume_retry, ordered_messages_repeat_in_place_until_they_are_dead) {
  EXPECT_EQ(after_failure(message_model::clustering, consume_order::orderly, 0, 2), failure_action::repeat_in_place);
  EXPECT_EQ(after_failure(message_model::clustering, consume_order::orderly, 1, 2), failure_action::repeat_in_place);
  EXPECT_EQ(after_failure(message_model::clustering, consume_order::orderly, 2, 2), failure_action::dead_letter);
  EXPECT_EQ(after_failure(message_model::clustering, consume_order::orderly, 0, 0), failure_action::dead_letter);
}

TEST(consume_retry, broadcast_messages_never_come_again) {
  EXPECT_EQ(after_failure(message_model::broadcasting, consume_order::concurrent, 0, 16), failure_action::give_up);
  EXPECT_EQ(after_failure(message_model::broadcasting, consume_order::orderly, 0, 16), failure_action::give_up);
}

TEST(consume_retry, dead_letters_begin_where_the_broker_begins_them) {
  EXPECT_FALSE(ends_as_dead_letter(15, 16));
  EXPECT_TRUE(ends_as_dead_letter(16, 16));
  EXPECT_TRUE(ends_as_dead_letter(0, 0));
}

TEST(consume_retry, delay_grows_within_the_table) {
  EXPECT_EQ(retry_delay_level(0), 3);
  EXPECT_EQ(retry_delay_level(1), 4);
  EXPECT_EQ(retry_delay_level(15), 18);
  EXPECT_EQ(retry_delay_level(1000), 18);
  EXPECT_EQ(retry_delay_level(-5), 3);
  EXPECT_EQ(retry_delay_level(std::numeric_limits<std::int32_t>::max()), 18);
}

TEST(consume_retry, names_the_retry_topic) {
  EXPECT_EQ(retry_topic_of("chat_consumer"), "%RETRY%chat_consumer");
  EXPECT_TRUE(is_retry_topic("%RETRY%g"));
  EXPECT_FALSE(is_retry_topic("RETRY"));
  EXPECT_FALSE(is_retry_topic("%DLQ%g"));
}

}  // namespace
}  // namespace parley::rocketmq::consume
