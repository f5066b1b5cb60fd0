// What administration decides without asking anybody: pages of groups, members of several masters as one, what an id is.
#include "admin/group_pages.hpp"
#include "admin/members.hpp"
#include "admin/messages.hpp"
#include "core/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley {
namespace {

using namespace rocketmq;
using administration::group_pages;
using testing::ElementsAre;
using testing::Pair;

remoting::subscription_groups page_of(const std::vector<std::string>& names, std::int64_t version = 1) {
  remoting::subscription_groups out;
  out.version.counter = version;
  for (const auto& name : names) out.groups[name].group = name;
  return out;
}

TEST(group_pages, of_a_broker_that_gives_everything_is_one) {
  group_pages pages;
  EXPECT_EQ(pages.next().first, 0);
  EXPECT_FALSE(pages.next().data_version.has_value());
  EXPECT_FALSE(pages.take(page_of({"a", "b"}), {}).value()) << "an old broker gives no total";
  EXPECT_THAT(pages.names(), ElementsAre("a", "b"));
}

TEST(group_pages, go_on_behind_the_last_one_until_all_are_there) {
  group_pages pages;
  ASSERT_TRUE(pages.take(page_of({"a", "b"}), {.total = 3}).value());
  EXPECT_EQ(pages.next().first, 2);
  EXPECT_EQ(pages.next().data_version, R"({"counter":1,"stateVersion":0,"timestamp":0})");
  EXPECT_FALSE(pages.take(page_of({"c"}), {.total = 3}).value());
  EXPECT_THAT(pages.names(), ElementsAre("a", "b", "c"));
}

TEST(group_pages, begin_again_when_the_groups_have_changed) {
  group_pages pages;
  ASSERT_TRUE(pages.take(page_of({"a", "b"}), {.total = 3}).value());
  ASSERT_TRUE(pages.take(page_of({"a", "aa"}, 2), {.total = 4}).value());
  EXPECT_EQ(pages.next().first, 2);
  EXPECT_FALSE(pages.take(page_of({"b", "c"}, 2), {.total = 4}).value());
  EXPECT_THAT(pages.names(), ElementsAre("a", "aa", "b", "c"));
}

TEST(group_pages, end_with_one_that_is_empty_and_at_the_bound) {
  group_pages empty;
  ASSERT_TRUE(empty.take(page_of({"a"}), {.total = 3}).value());
  EXPECT_FALSE(empty.take(page_of({}), {.total = 3}).value()) << "whatever the total says";
  group_pages changing;
  result<bool> last = true;
  for (std::int64_t version = 0; last && *last && version < 10'000; ++version)
    last = changing.take(page_of({"a"}, version), {.total = 9});
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, errc::too_large);
}

TEST(own_groups, are_told_from_those_of_users) {
  EXPECT_TRUE(core::is_own_group("TOOLS_CONSUMER"));
  EXPECT_TRUE(core::is_own_group("CID_RMQ_SYS_TRANS"));
  EXPECT_TRUE(core::is_own_group("__MONITOR_CONSUMER"));
  EXPECT_FALSE(core::is_own_group("chat_server_group"));
}

remoting::consumer_connections connected(const std::vector<std::pair<std::string, std::string>>& clients,
                                         const std::string& expression = "*", std::int64_t version = 1) {
  remoting::consumer_connections out;
  for (const auto& [id, address] : clients) {
    out.connections.push_back({.client_id = id, .client_address = address, .language = "CPP", .version = 513});
  }
  out.subscriptions["t"] = {.topic = "t", .expression = expression, .sub_version = version};
  out.consume_type = "CONSUME_PASSIVELY";
  out.message_model = "CLUSTERING";
  return out;
}

std::vector<std::string> addresses(const group_connections& of) {
  std::vector<std::string> out;
  for (const auto& one : of.clients) out.push_back(one.client_id + " " + one.address);
  return out;
}

TEST(members, that_are_connected_to_several_masters_are_named_once) {
  const auto merged = administration::merge(
      {connected({{"x", "1.1.1.1:1"}, {"y", "1.1.1.1:2"}}), connected({{"x", "1.1.1.1:3"}, {"z", "1.1.1.1:4"}})});
  EXPECT_THAT(addresses(merged), ElementsAre("x 1.1.1.1:1", "y 1.1.1.1:2", "z 1.1.1.1:4"));
  EXPECT_TRUE(merged.push);
  EXPECT_FALSE(merged.broadcasting);
  EXPECT_EQ(merged.clients[0].version, "V5_5_0");
}

TEST(members, of_one_id_at_one_master_are_two_programs) {
  const auto merged = administration::merge(
      {connected({{"x", "1.1.1.1:1"}}), connected({{"x", "1.1.1.1:9"}, {"x", "1.1.1.2:5"}})});
  EXPECT_THAT(addresses(merged), ElementsAre("x 1.1.1.1:9", "x 1.1.1.2:5"));
}

TEST(members, have_the_newest_subscription_that_a_master_knows) {
  const auto merged = administration::merge({connected({}, "new", 7), connected({}, "old", 6)});
  EXPECT_THAT(merged.subscriptions, ElementsAre(Pair("t", "new")));
  auto other = connected({});
  other.message_model = "BROADCASTING";
  other.consume_type = "CONSUME_ACTIVELY";
  EXPECT_TRUE(administration::merge({other}).broadcasting);
  EXPECT_FALSE(administration::merge({other}).push);
}

TEST(message_ids, of_brokers_have_a_port_where_unique_keys_have_a_process) {
  const auto id = administration::as_offset_id("7F00000100002A9F000000001CCA9C88");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->store_host.port, 10911);
  EXPECT_EQ(id->physical_offset, 483040392);
  EXPECT_FALSE(administration::as_offset_id("AC110001000100000000000000000001")) << "process 1";
  EXPECT_FALSE(administration::as_offset_id("AC11000100000000000000000000000A")) << "port 0";
  EXPECT_FALSE(administration::as_offset_id("order-17"));
}

TEST(keys, are_compared_whole) {
  received_message message;
  message.keys = "one two  three";
  for (const auto* key : {"one", "two", "three"}) EXPECT_TRUE(administration::has_key(message, key)) << key;
  for (const auto* key : {"on", "two ", "one two", "hree"}) EXPECT_FALSE(administration::has_key(message, key)) << key;
}

}  // namespace
}  // namespace parley
