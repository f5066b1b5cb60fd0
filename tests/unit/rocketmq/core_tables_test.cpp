// The core's tables and names: routes, NameServers, tags, ids.
#include "core/client_id.hpp"
#include "core/name_servers.hpp"
#include "core/names.hpp"
#include "core/received.hpp"
#include "core/route_table.hpp"
#include "core/tag_filter.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/bodies/route.hpp>

#include <gtest/gtest.h>

namespace parley::rocketmq::core {
namespace {

endpoint at(std::uint16_t port) { return {.host = "h", .port = port}; }

topic_route route_of(const std::string& topic, const std::string& broker, std::uint16_t port) {
  return {.topic = topic,
          .brokers = {{.cluster = "c", .name = broker, .addresses = {{0, at(port)}}}},
          .queues = {{.broker_name = broker, .read_queues = 1, .write_queues = 1, .permission = 6}}};
}

TEST(route_table, swaps_a_route_and_its_addresses_together) {
  route_table table;
  EXPECT_TRUE(table.put(route_of("t", "a", 1)));
  EXPECT_FALSE(table.put(route_of("t", "a", 1)));
  const auto held = table.find("t");
  EXPECT_TRUE(table.put(route_of("t", "a", 2)));
  EXPECT_EQ(table.address("a", 0, false), at(2));
  EXPECT_EQ(held->brokers[0].addresses.at(0), at(1));  // what was handed out does not change
  EXPECT_TRUE(table.put(route_of("t", "b", 3)));
  EXPECT_FALSE(table.address("a", 0, false));  // nobody names it any more
}

TEST(route_table, keeps_its_last_good_route_when_an_empty_one_comes) {
  route_table table;
  table.put(route_of("t", "a", 1));
  EXPECT_FALSE(table.put({.topic = "t", .brokers = {}, .queues = {}}));
  ASSERT_NE(table.find("t"), nullptr);
  EXPECT_EQ(table.find("t")->queues.size(), 1U);
}

TEST(route_table, follows_the_newest_word_on_a_broker_that_several_routes_name) {
  route_table table;
  table.put(route_of("t", "a", 1));
  table.put(route_of("u", "a", 2));
  EXPECT_EQ(table.address("a", 0, false), at(2));
  table.put(route_of("t", "a", 1));  // unchanged, but newer
  EXPECT_EQ(table.address("a", 0, false), at(1));
  EXPECT_EQ(table.broker_at(at(1)), "a");
  EXPECT_EQ(table.topics_at(at(2)), std::vector<std::string>{"u"});
}

TEST(route_table, finds_replicas_when_asked_to) {
  route_table table;
  auto route = route_of("t", "a", 1);
  route.brokers[0].addresses = {{1, at(7)}, {2, at(8)}};
  table.put(route);
  EXPECT_FALSE(table.address("a", 0, false));
  EXPECT_EQ(table.address("a", 0, true), at(7));
  EXPECT_EQ(table.address("a", 2, true), at(8));
  EXPECT_TRUE(table.addresses(false).empty());
  EXPECT_EQ(table.addresses(true).size(), 2U);
}

TEST(route_table, is_the_same_in_whatever_order_a_name_server_says_it) {
  route_table table;
  auto both = route_of("t", "a", 1);
  const auto other = route_of("t", "b", 2);
  both.brokers.push_back(other.brokers[0]);
  both.queues.push_back(other.queues[0]);
  EXPECT_TRUE(table.put(both));
  std::swap(both.brokers[0], both.brokers[1]);
  std::swap(both.queues[0], both.queues[1]);
  EXPECT_FALSE(table.put(both));
}

TEST(name_server_list, asks_the_one_that_answered_first) {
  name_server_list servers({at(1), at(2), at(3)}, 1);
  EXPECT_EQ(servers.in_order(), (std::vector<endpoint>{at(2), at(3), at(1)}));
  servers.answered(at(1));
  EXPECT_EQ(servers.in_order().front(), at(1));
}

TEST(tag_filter, sends_the_expression_and_compares_exactly) {
  const tag_filter some({.tags = " A ||B|| "});
  EXPECT_EQ(some.expression(), "A || B");
  EXPECT_TRUE(some.passes("A"));
  EXPECT_FALSE(some.passes("AA"));
  EXPECT_FALSE(some.passes(""));
  const tag_filter untagged({.tags = "me", .untagged_too = true});
  EXPECT_EQ(untagged.expression(), "me || f5a5a608");
  EXPECT_TRUE(untagged.passes(""));
  EXPECT_FALSE(untagged.passes("you"));
  for (const auto* all : {"*", "", " * "}) {
    const tag_filter everything({.tags = all});
    EXPECT_EQ(everything.expression(), "*");
    EXPECT_TRUE(everything.passes("x"));
    EXPECT_TRUE(everything.passes(""));
  }
}

TEST(names, are_checked_as_brokers_check_them) {
  EXPECT_TRUE(check_group("G_1-%|"));
  EXPECT_FALSE(check_group(""));
  EXPECT_FALSE(check_group(std::string(121, 'a')));
  EXPECT_FALSE(check_group("\xC3\xA9"));
}

TEST(client_id, is_unique_unless_named) {
  auto random = random_source::from_system();
  EXPECT_NE(make_client_id({1, 2, 3, 4}, "", random), make_client_id({1, 2, 3, 4}, "", random));
  EXPECT_EQ(make_client_id({1, 2, 3, 4}, "mine", random), "1.2.3.4@mine");
}

TEST(received, has_its_ids_and_its_original_topic) {
  remoting::stored_message in;
  in.topic = "%RETRY%g";
  in.physical_offset = 304470024;
  in.store_host.address = {127, 0, 0, 1};
  in.store_host.port = 10911;
  in.properties.set("RETRY_TOPIC", "t");
  in.properties.set("UNIQ_KEY", "U");
  const auto out = to_received(std::move(in), {.topic = "%RETRY%g", .broker_name = "b", .queue_id = 0});
  EXPECT_EQ(out.topic, "t");
  EXPECT_EQ(out.message_id, "U");
  EXPECT_EQ(out.offset_message_id, "7F00000100002A9F000000001225D808");
  EXPECT_EQ(out.queue.to_string(), "%RETRY%g@b:0");
}

TEST(wire, takes_no_route_without_a_broker_that_could_be_asked) {
  remoting::topic_route route;
  route.brokers.push_back({.cluster = "c", .broker_name = "a", .addresses = {{0, "nonsense"}}});
  route.queues.push_back({.broker_name = "a", .read_queues = 1, .write_queues = 1, .perm = 6});
  remoting::command answer;
  answer.body = route.encode().value();
  const auto decoded = decode_route("t", answer);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, errc::unavailable);
}

}  // namespace
}  // namespace parley::rocketmq::core
