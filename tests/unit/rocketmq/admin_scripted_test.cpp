// Administration of two scripted masters: everything is asked of both, put together, and the one that fails is named.
#include "unit/rocketmq/scripted/peer.hpp"

#include <parley/remoting/codec/bodies/config.hpp>
#include <parley/remoting/codec/bodies/connections.hpp>
#include <parley/remoting/codec/bodies/offsets.hpp>
#include <parley/remoting/codec/bodies/route.hpp>
#include <parley/remoting/codec/bodies/stats.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/requests/group.hpp>
#include <parley/rocketmq/admin.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley {
namespace {

using namespace rocketmq;
using scripted::peer;
using scripted::reply;
using testing::ElementsAre;
using testing::HasSubstr;
namespace request = remoting::request_code;
namespace response = remoting::response_code;
constexpr milliseconds long_enough{20'000};
constexpr milliseconds short_enough{1500};

template <class Body>
reply with_body(const Body& body) {
  reply out;
  out.answer.body = body.encode().value();
  return out;
}

class scripted_admin : public testing::Test {
 protected:
  scripted_admin() : second_names(std::make_unique<peer>()) {
    for (peer* one : {&names, second_names.get()}) {
      scripted::serve_routes(*one, {{"t", scripted::route_reply({{"a", a.address()}, {"b", b.address()}})}});
      one->on(request::get_broker_cluster_info, [this](const remoting::command&) { return cluster(); });
      one->on(request::delete_topic_in_namesrv, [](const remoting::command&) { return reply::code(0); });
    }
    client_options options;
    options.name_servers = names.address().to_string() + ";" + second_names->address().to_string();
    owner = std::make_unique<client>(std::move(options));
    owner->start().value();
  }

  reply cluster() const {
    remoting::cluster_info info;
    info.brokers["a"] = {
        .cluster = "c", .broker_name = "a", .addresses = {{0, a.address().to_string()}, {1, replica.address().to_string()}}};
    info.brokers["b"] = {.cluster = "c", .broker_name = "b", .addresses = {{0, b.address().to_string()}}};
    info.clusters["c"] = {"a", "b"};
    return with_body(info);
  }
  static peer::script consume_stats(const std::string& broker, std::int64_t end, std::int64_t committed) {
    remoting::consume_stats stats{.queues = {}, .tps = 1.5};
    stats.queues[{"t", broker, 0}] = {.broker_offset = end, .consumer_offset = committed};
    return [reply = with_body(stats)](const remoting::command&) { return reply; };
  }
  static peer::script groups(const std::vector<std::string>& names) {
    remoting::subscription_groups all;
    for (const auto& name : names) all.groups[name].group = name;
    return [reply = with_body(all)](const remoting::command&) { return reply; };
  }
  static peer::script topic_known(const std::string& broker) {
    remoting::topic_stats stats;
    stats.queues[{"t", broker, 0}] = {.max_offset = 3};
    return [reply = with_body(stats)](const remoting::command&) { return reply; };
  }
  static peer::script code(std::int32_t value) {
    return [value](const remoting::command&) { return reply::code(value, "so it is"); };
  }
  static peer::script stored(std::int64_t at_ms, const std::string& body, const std::string& unique_key) {
    remoting::stored_message message{.topic = "t", .store_timestamp_ms = at_ms};
    message.properties.set("UNIQ_KEY", unique_key);
    message.body.assign(body.begin(), body.end());
    reply out;
    remoting::encode_message(message, out.answer.body).value();
    return [out](const remoting::command&) { return out; };
  }

  peer names, a, b, replica;
  std::unique_ptr<peer> second_names;
  std::unique_ptr<client> owner;
};

TEST_F(scripted_admin, adds_up_what_the_masters_say_of_a_group) {
  a.on(request::get_consume_stats, consume_stats("a", 10, 4));
  b.on(request::get_consume_stats, consume_stats("b", 7, 7));
  const auto progress = admin(*owner).progress("g", {}, long_enough);
  ASSERT_TRUE(progress) << progress.error().message;
  ASSERT_EQ(progress->queues.size(), 2U);
  EXPECT_EQ(progress->queues[0].queue, (message_queue{"t", "a", 0}));
  EXPECT_EQ(progress->queues[1].queue, (message_queue{"t", "b", 0}));
  EXPECT_EQ(progress->lag(), 6);
  EXPECT_EQ(progress->consumed_per_second, 3.0);
}

TEST_F(scripted_admin, names_the_master_that_refuses_and_says_why) {
  a.on(request::get_consume_stats, consume_stats("a", 10, 4));
  b.on(request::get_consume_stats, code(response::no_permission));
  const auto progress = admin(*owner).progress("g", {}, long_enough);
  ASSERT_FALSE(progress);
  EXPECT_EQ(progress.error().code, errc::permission);
  EXPECT_EQ(progress.error().remote_code, response::no_permission);
  EXPECT_THAT(progress.error().message, HasSubstr("broker b at " + b.address().to_string()));
  EXPECT_THAT(progress.error().message, HasSubstr("so it is"));
}

TEST_F(scripted_admin, names_the_master_that_is_silent) {
  a.on(request::get_consume_stats, consume_stats("a", 10, 4));
  b.on(request::get_consume_stats, [](const remoting::command&) { return reply::silence(); });
  const auto progress = admin(*owner).progress("g", {}, short_enough);
  ASSERT_FALSE(progress);
  EXPECT_EQ(progress.error().code, errc::timed_out);
  EXPECT_THAT(progress.error().message, HasSubstr("broker b"));
}

TEST_F(scripted_admin, names_the_master_whose_answer_cannot_be_read) {
  a.on(request::get_consume_stats, consume_stats("a", 10, 4));
  b.on(request::get_consume_stats, [](const remoting::command&) {
    reply out;
    out.answer.body = {'{', '7'};
    return out;
  });
  const auto progress = admin(*owner).progress("g", {}, long_enough);
  ASSERT_FALSE(progress);
  EXPECT_EQ(progress.error().code, errc::malformed);
  EXPECT_THAT(progress.error().message, HasSubstr("broker b"));
}

TEST_F(scripted_admin, finds_a_group_that_only_one_master_has) {
  a.on(request::get_all_subscription_groups, groups({"CID_RMQ_SYS_TRANS", "x"}));
  b.on(request::get_all_subscription_groups, groups({"TOOLS_CONSUMER", "g"}));
  EXPECT_THAT(admin(*owner).groups(long_enough).value(), ElementsAre("g", "x"));
  for (peer* one : {&a, &b}) one->on(request::get_consumer_connections, code(response::consumer_not_online));
  EXPECT_TRUE(admin(*owner).connections("g", long_enough).value().clients.empty());
  EXPECT_EQ(admin(*owner).connections("absent", long_enough).error().code, errc::not_found);
}

TEST_F(scripted_admin, asks_for_groups_page_by_page) {
  for (peer* one : {&a, &b}) {
    one->on(request::get_all_subscription_groups, [](const remoting::command& asked) {
      remoting::subscription_groups page;
      const auto first = asked.fields.int32("groupSeq").value_or(0);
      const auto name = "g" + std::to_string(first);
      page.groups[name].group = name;
      auto out = with_body(page);
      remoting::all_groups_response{.total = 3}.write(out.answer.fields);
      return out;
    });
  }
  EXPECT_THAT(admin(*owner).groups(long_enough).value(), ElementsAre("g0", "g1", "g2"));
  EXPECT_EQ(a.asked(request::get_all_subscription_groups), 3U);
}

TEST_F(scripted_admin, deletes_a_topic_from_those_that_have_it_their_replicas_and_every_name_server) {
  a.on(request::get_topic_stats_info, topic_known("a"));
  b.on(request::get_topic_stats_info, code(response::topic_not_exist));
  for (peer* one : {&a, &replica}) one->on(request::delete_topic_in_broker, code(0));
  const auto deleted = admin(*owner).delete_topic("t", long_enough);
  EXPECT_TRUE(deleted) << deleted.error().message;
  EXPECT_EQ(a.asked(request::delete_topic_in_broker), 1U);
  EXPECT_EQ(replica.asked(request::delete_topic_in_broker), 1U) << "it would announce the topic again";
  EXPECT_EQ(b.asked(request::delete_topic_in_broker), 0U);
  EXPECT_EQ(names.asked(request::delete_topic_in_namesrv), 1U);
  EXPECT_EQ(second_names->asked(request::delete_topic_in_namesrv), 1U);
}

TEST_F(scripted_admin, deletes_a_topic_that_only_a_name_server_still_knows) {
  for (peer* one : {&a, &b}) one->on(request::get_topic_stats_info, code(response::topic_not_exist));
  scripted::serve_routes(names, {});
  EXPECT_TRUE(admin(*owner).delete_topic("t", long_enough));
  EXPECT_EQ(second_names->asked(request::delete_topic_in_namesrv), 1U);
  scripted::serve_routes(*second_names, {});
  EXPECT_EQ(admin(*owner).delete_topic("t", long_enough).error().code, errc::not_found);
}

TEST_F(scripted_admin, tells_the_other_name_servers_when_one_cannot_be_told) {
  for (peer* one : {&a, &b}) one->on(request::get_topic_stats_info, topic_known("a"));
  for (peer* one : {&a, &b, &replica}) one->on(request::delete_topic_in_broker, code(0));
  names.on(request::delete_topic_in_namesrv, code(response::system_error));
  const auto deleted = admin(*owner).delete_topic("t", long_enough);
  ASSERT_FALSE(deleted);
  EXPECT_THAT(deleted.error().message, HasSubstr("NameServer " + names.address().to_string()));
  EXPECT_EQ(second_names->asked(request::delete_topic_in_namesrv), 1U);
}

TEST_F(scripted_admin, resets_on_both_masters_in_the_form_that_every_member_reads) {
  const auto at = [](const std::string& broker, std::int64_t offset) {
    remoting::offset_table table;
    table.offsets[{"t", broker, 0}] = offset;
    return [reply = with_body(table)](const remoting::command&) { return reply; };
  };
  a.on(request::invoke_broker_to_reset_offset, at("a", 5));
  b.on(request::invoke_broker_to_reset_offset, at("b", 6));
  const auto positions = admin(*owner).reset_offsets("g", "t", -1, long_enough);
  ASSERT_TRUE(positions) << positions.error().message;
  ASSERT_EQ(positions->size(), 2U);
  EXPECT_EQ(positions->at(0).offset, 5);
  EXPECT_EQ(positions->at(1).queue, (message_queue{"t", "b", 0}));
  const auto asked = a.requests(request::invoke_broker_to_reset_offset).at(0);
  EXPECT_EQ(asked.lang, remoting::language::java);
  EXPECT_EQ(asked.fields.text("timestamp"), "-1");
  EXPECT_EQ(asked.fields.text("isForce"), "true");
}

TEST_F(scripted_admin, resets_where_the_group_is_and_refuses_where_no_master_has_it) {
  remoting::offset_table table;
  table.offsets[{"t", "b", 0}] = 6;
  a.on(request::invoke_broker_to_reset_offset, code(response::subscription_group_not_exist));
  b.on(request::invoke_broker_to_reset_offset, [reply = with_body(table)](const remoting::command&) { return reply; });
  EXPECT_EQ(admin(*owner).reset_offsets("g", "t", 0, long_enough).value().size(), 1U);
  b.on(request::invoke_broker_to_reset_offset, code(response::subscription_group_not_exist));
  EXPECT_EQ(admin(*owner).reset_offsets("g", "t", 0, long_enough).error().code, errc::not_found);
}

TEST_F(scripted_admin, finds_the_newest_copy_on_any_master) {
  a.on(request::query_message, stored(1000, "older", "K"));
  b.on(request::query_message, stored(2000, "newer", "K"));
  const auto found = admin(*owner).find_message("t", "K", long_enough);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->body, "newer");
  EXPECT_EQ(found->queue.broker_name, "b");
  EXPECT_EQ(a.requests(request::query_message).at(0).fields.text("_UNIQUE_KEY_QUERY"), "true");
}

TEST_F(scripted_admin, takes_no_message_that_only_has_the_same_hash) {
  a.on(request::query_message, stored(1000, "another", "other"));
  b.on(request::query_message, code(response::query_not_found));
  EXPECT_EQ(admin(*owner).find_message("t", "K", long_enough).error().code, errc::not_found);
  EXPECT_TRUE(admin(*owner).find_messages("t", "K", 8, 0, 5000, long_enough).value().empty());
}

TEST_F(scripted_admin, asks_a_member_by_the_master_that_it_is_connected_to) {
  remoting::consumer_connections there;
  there.connections.push_back({.client_id = "m", .client_address = "1.1.1.1:1", .language = "CPP"});
  a.on(request::get_consumer_connections, code(response::consumer_not_online));
  b.on(request::get_consumer_connections, [reply = with_body(there)](const remoting::command&) { return reply; });
  b.on(request::get_consumer_running_info, code(response::system_error));
  const auto state = admin(*owner).member("g", "m", long_enough);
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, errc::refused);
  EXPECT_THAT(state.error().message, HasSubstr("broker b"));
  EXPECT_EQ(a.asked(request::get_consumer_running_info), 0U);
  EXPECT_EQ(admin(*owner).member("g", "other", long_enough).error().code, errc::not_found);
}

}  // namespace
}  // namespace parley
