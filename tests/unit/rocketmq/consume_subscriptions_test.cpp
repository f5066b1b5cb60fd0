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
  const subscription_table table(options_for(message_model::clustering), 5);
  ASSERT_NE(table.find("%RETRY%g"), nullptr);
  EXPECT_TRUE(table.find("%RETRY%g")->filter.passes("anything"));
  EXPECT_EQ(table.retry_topic(), "%RETRY%g");
  EXPECT_EQ(table.topics().size(), 2U);
}

TEST(consume_subscriptions, a_broadcasting_group_has_no_retry_topic) {
  const subscription_table table(options_for(message_model::broadcasting), 5);
  EXPECT_EQ(table.topics().size(), 1U);
  EXPECT_TRUE(table.retry_topic().empty());
  EXPECT_EQ(table.find("%RETRY%g"), nullptr);
}

TEST(consume_subscriptions, tags_are_compared_exactly) {
  const subscription_table table(options_for(message_model::clustering), 5);
  const auto* one = table.find("t");
  ASSERT_NE(one, nullptr);
  EXPECT_TRUE(one->filter.passes("A"));
  EXPECT_FALSE(one->filter.passes("a"));
  EXPECT_FALSE(one->filter.passes(""));
}

TEST(consume_subscriptions, versions_only_grow_even_when_the_clock_goes_back) {
  subscription_table table(options_for(message_model::clustering), 1000);
  table.renew(2000);
  EXPECT_EQ(table.version(), 2000);
  table.renew(500);
  EXPECT_EQ(table.version(), 2001);
  EXPECT_EQ(table.find("t")->version, 2001);
  EXPECT_EQ(table.find("%RETRY%g")->version, 2001);
}

TEST(consume_subscriptions, pulls_name_a_version_only_once_a_heartbeat_has_carried_it) {
  subscription_table table(options_for(message_model::clustering), 1000);
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
