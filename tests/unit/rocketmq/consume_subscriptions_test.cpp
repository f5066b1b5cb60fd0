// Versions of subscriptions, and the retry topic that comes along.
#include "consume/subscriptions.hpp"

#include <gtest/gtest.h>

namespace parley::rocketmq::consume {
namespace {

push_consumer_options options_for(message_model model) {
  push_consumer_options out;
  out.group = "g";
  out.subscriptions["t"] = filter{"A || B"};
  out.model = model;
  return out;
}

TEST(consume_subscriptions, a_clustering_group_reads_its_retry_topic_too) {
  const auto table = subscription_table::make(options_for(message_model::clustering), 5).value();
  EXPECT_TRUE(table.wants("%RETRY%g", "anything"));
  EXPECT_TRUE(table.wants("%RETRY%g", ""));
  EXPECT_EQ(table.retry_topic(), "%RETRY%g");
  EXPECT_EQ(table.topics().size(), 2U);
}

TEST(consume_subscriptions, a_broadcasting_group_has_no_retry_topic) {
  const auto table = subscription_table::make(options_for(message_model::broadcasting), 5).value();
  EXPECT_EQ(table.topics().size(), 1U);
  EXPECT_TRUE(table.retry_topic().empty());
  EXPECT_FALSE(table.wants("%RETRY%g", ""));
}

TEST(consume_subscriptions, tags_are_compared_exactly) {
  const auto table = subscription_table::make(options_for(message_model::clustering), 5).value();
  EXPECT_TRUE(table.wants("t", "A"));
  EXPECT_FALSE(table.wants("t", "a"));
  EXPECT_FALSE(table.wants("t", ""));
  EXPECT_FALSE(table.wants("another topic", "A"));
}

TEST(consume_subscriptions, refuses_what_cannot_be_subscribed) {
  auto options = options_for(message_model::clustering);
  options.subscriptions["t"] = filter{" || "};
  EXPECT_EQ(subscription_table::make(options, 5).error().code, errc::invalid_argument);
  options.subscriptions["t"] = filter{"A", true};
  EXPECT_EQ(subscription_table::make(options, 5).error().code, errc::invalid_argument);
}

TEST(consume_subscriptions, versions_only_grow_even_when_the_clock_goes_back) {
  auto table = subscription_table::make(options_for(message_model::clustering), 1000).value();
  table.renew(2000);
  EXPECT_EQ(table.version(), 2000);
  table.renew(500);
  EXPECT_EQ(table.version(), 2001);
  EXPECT_EQ(table.topics().at("t").sub_version, 2001);
  EXPECT_EQ(table.topics().at("%RETRY%g").sub_version, 2001);
}

TEST(consume_subscriptions, pulls_name_a_version_only_once_a_heartbeat_has_carried_it) {
  auto table = subscription_table::make(options_for(message_model::clustering), 1000).value();
  EXPECT_EQ(table.announced_version(), 1000);
  table.renew(2000);
  EXPECT_EQ(table.announced_version(), 1000);
  table.announced(2000);
  EXPECT_EQ(table.announced_version(), 2000);
  table.announced(1000);  // an older heartbeat that was answered late
  EXPECT_EQ(table.announced_version(), 2000);
  table.announced(9999);  // never past what there is
  EXPECT_EQ(table.announced_version(), 2000);
}

}  // namespace
}  // namespace parley::rocketmq::consume
