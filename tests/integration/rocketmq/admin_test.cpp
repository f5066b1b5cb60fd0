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

TEST(admin, deletes_a_topic_from_brokers_and_name_servers) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = fresh_topic(*owner, 2);
  ASSERT_TRUE(over.delete_topic(name, long_enough));
  const auto topics = over.topics(long_enough);
  ASSERT_TRUE(topics);
  EXPECT_TRUE(std::find(topics->begin(), topics->end(), name) == topics->end());
  EXPECT_TRUE(eventually([&] {
    const auto route = over.route(name, long_enough);
    return !route && route.error().code == errc::not_found;
  }));
  const auto again = over.delete_topic(name, long_enough);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::not_found);
}

TEST(admin, tells_the_extent_of_every_queue_of_a_topic) {
  const auto owner = started_client();
  admin over(*owner);
  const auto name = fresh_topic(*owner, 3);
  producer from(*owner, sender_options());
  const message_queue second{name, "broker-a", 1};
  const auto sent = from.send({.topic = name, .body = "x"}, {.queue = second});
  ASSERT_TRUE(sent.stored()) << sent.cause.message;
  wait_readable(*owner, name, 1);
  const auto status = over.topic_status(name, long_enough);
  ASSERT_TRUE(status) << status.error().message;
  ASSERT_EQ(status->size(), 3U);
  EXPECT_EQ(status->at(1).queue, second);
  EXPECT_EQ(status->at(1).min_offset, 0);
  EXPECT_EQ(status->at(1).max_offset, 1);
  EXPECT_GT(status->at(1).last_stored_ms, 0);
  EXPECT_EQ(status->at(0).max_offset, 0);
  EXPECT_EQ(status->at(0).last_stored_ms, 0);
}

TEST(admin, says_not_found_for_the_state_of_a_topic_that_is_not_there) {
  const auto owner = started_client();
  const auto status = admin(*owner).topic_status(unique_name("absent"), long_enough);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, errc::not_found);
}

TEST(admin, asks_a_name_server_that_the_client_need_not_know) {
  const auto owner = started_client({.name_servers = "127.0.0.1:1"});
  const auto view = admin(*owner).ask_name_server(parse_endpoint(broker_setting("NAMESRV")).value(), long_enough);
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(view->version, "V5_5_0");
  EXPECT_GE(view->round_trip, milliseconds{0});
  ASSERT_EQ(view->brokers.size(), 1U);
  EXPECT_EQ(view->brokers[0].cluster, "DefaultCluster");
  EXPECT_EQ(view->brokers[0].addresses.at(0).to_string(), broker_setting("BROKER"));
}

TEST(admin, asks_a_broker_for_its_figures_and_its_settings) {
  const auto owner = started_client();
  admin over(*owner);
  const auto address = parse_endpoint(broker_setting("BROKER")).value();
  const auto status = over.ask_broker(address, long_enough);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->figures.at("brokerVersionDesc"), "V5_5_0");
  EXPECT_TRUE(status->figures.contains("commitLogDiskRatio"));
  const auto settings = over.broker_settings(address, long_enough);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->at("brokerIP1"), "127.0.0.1");
  EXPECT_EQ(settings->at("listenPort"), std::to_string(address.port));
}

TEST(admin, names_the_server_that_does_not_answer) {
  const auto owner = started_client();
  admin over(*owner);
  const endpoint nobody{"127.0.0.1", 1};
  const auto view = over.ask_name_server(nobody, milliseconds{2000});
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, errc::unreachable);
  EXPECT_NE(view.error().message.find("127.0.0.1:1"), std::string::npos) << view.error().message;
  const auto status = over.ask_broker(nobody, milliseconds{2000});
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("127.0.0.1:1"), std::string::npos) << status.error().message;
}

}  // namespace
}  // namespace parley::integration
