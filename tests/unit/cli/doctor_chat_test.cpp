// What doctor concludes about topics, messages, groups and the server.
#include "unit/cli/doctor_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(doctor_topics, that_are_missing_come_with_the_commands_that_make_them) {
  auto all = healthy();
  all.topics[0] = {.name = "chat-requests", .route = fail(errc::not_found, "no such topic", 17)};
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("topic-missing"));
  EXPECT_EQ(remedies_of(bad[0], tool::parley)[0],
            "parley admin topic create chat-requests --queues 8 --nameserver 10.0.0.5:9876");
  EXPECT_THAT(remedies_of(bad[0], tool::mqadmin),
              ElementsAre("mqadmin updateTopic -n 10.0.0.5:9876 -c DefaultCluster -t chat-requests -r 8 -w 8"));
}

TEST(doctor_topics, need_permission_bits) {
  auto all = healthy();
  all.topics[1] = topic_with("chat-responses", 4);
  all.topics[2] = topic_with("chat-events", 2);
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("topic-not-writable", "topic-not-readable"));
  EXPECT_THAT(
      remedies_of(bad[0], tool::parley),
      ElementsAre(
          "parley admin topic create chat-responses --update --queues 8 --permission read-write --nameserver 10.0.0.5:9876"));
  EXPECT_THAT(remedies_of(bad[0], tool::mqadmin)[0],
              HasSubstr("updateTopicPerm -n 10.0.0.5:9876 -c DefaultCluster -t chat-responses -p 6"));
}

TEST(doctor_topics, may_be_closed_on_some_brokers) {
  auto all = healthy();
  all.topics[0].route->queues.push_back({.broker_name = "broker-b", .read_queues = 8, .write_queues = 8, .permission = 4});
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("topic-not-writable"));
  EXPECT_EQ(bad[0].how, severity::warning);
  EXPECT_THAT(bad[0].seen, HasSubstr("broker-b"));
}

TEST(doctor_topics, must_not_have_queues_that_nobody_reads) {
  auto all = healthy();
  all.topics[0] = topic_with("chat-requests", 6, 4, 8);
  EXPECT_THAT(codes_of(bad_ones(all)), ElementsAre("topic-queues-unread"));
}

error forbidden(const std::string& resource) {
  return fail(errc::permission,
              "broker answered 16: User:chat has no permission to access " + resource + " from 10.0.0.9, no matched policies.", 16);
}

TEST(doctor_topics, that_a_user_may_not_use_come_with_the_grant) {
  auto all = healthy();
  for (auto& one : all.topics) {
    one.sends[0].outcome.cause = forbidden("Topic:" + one.name);
    one.read.emplace(forbidden("Topic:" + one.name));
  }
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("not-allowed", "not-allowed", "not-allowed"));
  EXPECT_EQ(bad[0].how, severity::failure);
  EXPECT_THAT(bad[0].seen, HasSubstr("the user chat may not do that to Topic:chat-requests"));
  EXPECT_THAT(
      remedies_of(bad[0], tool::mqadmin),
      ElementsAre("mqadmin createAcl -n 10.0.0.5:9876 -c DefaultCluster -s User:chat -r "
                  "Topic:chat-requests,Topic:chat-responses,Topic:chat-events,Group:servers_consumer -a Pub,Sub,Get -d Allow"));
}

TEST(doctor_topics, need_only_what_one_side_of_the_chat_does) {
  auto all = healthy();
  // As a client's user: it sends requests and reads the rest.
  all.topics[0].read.emplace(forbidden("Topic:chat-requests"));
  all.topics[1].sends[0].outcome.cause = forbidden("Topic:chat-responses");
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("not-allowed", "not-allowed"));
  EXPECT_EQ(bad[0].how, severity::warning);
}

TEST(doctor_topics, show_other_refusals_as_they_came) {
  auto all = healthy();
  all.topics[0].read.emplace(fail(errc::permission, "broker answered 16: subscription group no permission, servers_consumer", 16));
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("topic-read-refused"));
  EXPECT_THAT(bad[0].seen, HasSubstr("subscription group no permission"));
}

TEST(doctor_topics, are_not_called_usable_untried) {
  auto all = healthy();
  for (auto& one : all.topics) {
    one.sends.clear();
    one.read.reset();
  }
  EXPECT_THAT(bad_ones(all), IsEmpty());
  EXPECT_EQ(findings_of_topics(all)[0].how, severity::skipped);
}

// --- messages

TEST(doctor_probes, are_sent_or_not) {
  auto all = healthy();
  all.probes[0].sent->status = rocketmq::send_status::unknown;
  all.probes[0].sent->cause = fail(errc::timed_out, "the broker did not answer");
  EXPECT_THAT(codes_of(bad_ones(all)), ElementsAre("probe-not-sent"));
  auto lost = healthy();
  lost.probes[0].came.reset();
  EXPECT_THAT(codes_of(bad_ones(lost)), ElementsAre("probe-not-received"));
}

TEST(doctor_probes, are_skipped_where_the_topic_is_not_ours_to_use) {
  auto all = healthy();
  all.probes[0].subscribed.emplace(forbidden("Topic:broker-a"));
  EXPECT_THAT(bad_ones(all), IsEmpty());
  const auto told = findings_of_probes(all);
  EXPECT_EQ(told.at(0).how, severity::skipped);
  EXPECT_THAT(remedies_of(told[0], tool::mqadmin)[0], HasSubstr("-r Topic:broker-a -a Pub,Sub,Get"));
}

TEST(doctor_clocks, differ_past_a_second_whichever_way) {
  for (const auto& [stored, wanted] : {std::pair{1'001'500LL, "1.5 s ahead of"}, std::pair{997'000LL, "3.0 s behind"}}) {
    auto all = healthy();
    (*all.probes[0].came)->store_timestamp_ms = stored;
    const auto bad = bad_ones(all);
    ASSERT_THAT(codes_of(bad), ElementsAre("clock-skew"));
    EXPECT_EQ(bad[0].how, severity::warning);
    EXPECT_THAT(bad[0].seen, HasSubstr(wanted));
  }
  auto near = healthy();
  (*near.probes[0].came)->store_timestamp_ms = 1'001'010;
  EXPECT_THAT(bad_ones(near), IsEmpty()) << "within the second";
}

TEST(doctor_clocks, are_not_blamed_for_a_slow_send) {
  auto all = healthy();
  all.probes[0].answered_at_ms = all.probes[0].sent_at_ms + 8000;
  (*all.probes[0].came)->store_timestamp_ms = all.probes[0].sent_at_ms + 7000;
  EXPECT_THAT(bad_ones(all), IsEmpty());
}

// --- groups

TEST(doctor_groups, that_are_missing_or_empty_want_a_server) {
  auto missing = healthy();
  missing.group.emplace(group_facts{.connections = fail(errc::not_found, "no such group")});
  EXPECT_THAT(codes_of(bad_ones(missing)), ElementsAre("group-missing"));
  auto empty = healthy();
  empty.group->connections->clients.clear();
  empty.group->members.clear();
  const auto bad = bad_ones(empty);
  ASSERT_THAT(codes_of(bad), ElementsAre("group-without-members"));
  EXPECT_THAT(remedies_of(bad[0], tool::parley), ElementsAre("parley server --group servers --nameserver 10.0.0.5:9876"));
}

void add_member(facts& to, const std::string& id, const std::string& address, rocketmq::member_state word) {
  to.group->connections->clients.push_back({.client_id = id, .address = address, .language = "JAVA", .version = "V5_5_0"});
  to.group->members.emplace(id, std::move(word));
}

TEST(doctor_groups, that_do_not_agree_are_told_with_everybodys_word) {
  auto all = healthy();
  add_member(all, "10.0.0.8@2", "10.0.0.8:4000", word_of("10.0.0.8@2", "chat-requests", "send_message"));
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("subscriptions-differ"));
  EXPECT_THAT(bad[0].seen, HasSubstr("10.0.0.8@2 subscribes to chat-requests (send_message)"));
  EXPECT_THAT(bad[0].seen, HasSubstr("10.0.0.9@1 subscribes to chat-requests (*)"));
}

TEST(doctor_groups, agree_although_only_some_name_the_retry_topic) {
  auto all = healthy();
  auto word = word_of("10.0.0.8@2", "chat-requests", "");
  word.subscriptions.emplace("%RETRY%servers_consumer", "*");
  add_member(all, "10.0.0.8@2", "10.0.0.8:4000", std::move(word));
  EXPECT_THAT(bad_ones(all), IsEmpty());
}

TEST(doctor_groups, of_another_installation_are_found_out) {
  auto all = healthy();
  all.group->members.at("10.0.0.9@1") = word_of("10.0.0.9@1", "other-requests");
  EXPECT_THAT(codes_of(bad_ones(all)), ElementsAre("subscribed-elsewhere"));
}

TEST(doctor_groups, with_one_id_from_two_addresses_are_found_out) {
  auto all = healthy();
  all.group->connections->clients.push_back(
      {.client_id = "10.0.0.9@1", .address = "10.0.0.9:5000", .language = "CPP", .version = "V5_5_0"});
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("client-id-twice"));
  EXPECT_THAT(bad[0].seen, HasSubstr("10.0.0.9:4000 and 10.0.0.9:5000"));
}

TEST(doctor_groups, must_not_broadcast) {
  auto all = healthy();
  all.group->connections->broadcasting = true;
  EXPECT_THAT(codes_of(bad_ones(all)), ElementsAre("group-broadcasts"));
}

TEST(doctor_groups, may_lag_up_to_the_limit) {
  auto all = healthy();
  rocketmq::group_progress progress;
  progress.queues.push_back({.queue = {"chat-requests", "broker-a", 0}, .broker_offset = 1500, .consumer_offset = 500});
  all.group->progress.emplace(progress);
  EXPECT_THAT(bad_ones(all), IsEmpty());
  all.given.lag_limit = 999;
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("group-lag"));
  EXPECT_EQ(bad[0].how, severity::warning);
  EXPECT_THAT(
      remedies_of(bad[0], tool::parley),
      Contains("parley admin group reset servers_consumer --topic chat-requests --to now --yes --nameserver 10.0.0.5:9876"));
}

// --- the server's own word

facts with_server(asked<ops::http_reply> reply) {
  auto all = healthy();
  all.given.server = endpoint{.host = "10.0.0.9", .port = 8080};
  all.server = std::move(reply);
  return all;
}

TEST(doctor_server, names_each_check_that_fails) {
  const ops::http_reply page{
      .status = 503,
      .body = R"({"status":"unready","checks":[{"name":"broker","ok":false,"age_ms":1,"error":"no answer"},{"name":"store","ok":false,"error":null},{"name":"event_loop","ok":true}]})"};
  const auto bad = bad_ones(with_server(result<ops::http_reply>(page)));
  ASSERT_THAT(codes_of(bad), ElementsAre("server-not-ready", "server-not-ready"));
  EXPECT_THAT(bad[0].seen, HasSubstr("its check broker fails: no answer"));
  EXPECT_THAT(bad[1].why, HasSubstr("its database cannot be written"));
}

TEST(doctor_server, is_well_when_it_says_so) {
  const ops::http_reply page{.status = 200, .body = R"({"status":"ready","checks":[{"name":"broker","ok":true}]})"};
  EXPECT_THAT(bad_ones(with_server(result<ops::http_reply>(page))), IsEmpty());
}

TEST(doctor_server, is_not_there_or_not_ours) {
  EXPECT_THAT(codes_of(bad_ones(with_server(result<ops::http_reply>(failed_link(link_fault::nobody_listens))))),
              ElementsAre("server-unreachable"));
  for (const auto* body : {"<html></html>", "[]", "{\"checks\":5}"}) {
    const ops::http_reply page{.status = 200, .body = body};
    EXPECT_THAT(codes_of(bad_ones(with_server(result<ops::http_reply>(page)))), ElementsAre("server-is-another")) << body;
  }
}

}  // namespace
}  // namespace parley::cli::doctor
