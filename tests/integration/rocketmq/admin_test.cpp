// Administration against a real broker.
#include "integration/rocketmq/broker.hpp"

#include <algorithm>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds long_enough{20'000};

TEST(admin, creates_a_topic_that_the_name_server_shows_when_the_call_returns) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = unique_name("created");
  topic_settings settings{.name = name, .read_queues = 3, .write_queues = 3};
  ASSERT_TRUE(over.create_topic(settings, long_enough));
  const auto route = over.route(name, long_enough);
  ASSERT_TRUE(route) << route.error().message;
  ASSERT_EQ(route->queues.size(), 1U);
  EXPECT_EQ(route->queues[0].write_queues, 3);
  EXPECT_EQ(route->queues[0].read_queues, 3);
  const auto topics = over.topics(long_enough);
  ASSERT_TRUE(topics);
  EXPECT_TRUE(std::find(topics->begin(), topics->end(), name) != topics->end());
}

TEST(admin, leaves_an_existing_topic_alone_unless_told_otherwise) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = fresh_topic(*owner, 2);
  topic_settings settings{.name = name, .read_queues = 5, .write_queues = 5};
  ASSERT_TRUE(over.create_topic(settings, long_enough));
  EXPECT_EQ(over.route(name, long_enough).value().queues.at(0).write_queues, 2);
  ASSERT_TRUE(over.create_topic(settings, long_enough, false));
  EXPECT_TRUE(eventually([&] { return over.route(name, long_enough).value().queues.at(0).write_queues == 5; }));
}

TEST(admin, says_not_found_for_the_route_of_a_topic_that_is_not_there) {
  const auto owner = started_client();
  const auto route = admin(*owner).route(unique_name("absent"), long_enough);
  ASSERT_FALSE(route);
  EXPECT_EQ(route.error().code, errc::not_found);
  EXPECT_EQ(route.error().remote_code, 17);
}

TEST(admin, creates_groups_and_lists_brokers) {
  const auto owner = started_client();
  admin over(*owner);
  EXPECT_TRUE(over.create_group({.name = unique_name("group")}, long_enough));
  const auto brokers = over.brokers(long_enough);
  ASSERT_TRUE(brokers) << brokers.error().message;
  ASSERT_EQ(brokers->size(), 1U);
  EXPECT_EQ(brokers->at(0).addresses.at(0).to_string(), broker_setting("BROKER"));
}

TEST(admin, refuses_names_that_a_broker_would_refuse) {
  const auto owner = started_client();
  const auto made = admin(*owner).create_topic({.name = "no blanks"}, long_enough);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid_argument);
}

}  // namespace
}  // namespace parley::integration
