// Bodies: what brokers and clients in Java and Go send, and what we write for them.
#include "golden.hpp"

#include <parley/remoting/codec/bodies/broker.hpp>
#include <parley/remoting/codec/bodies/config.hpp>
#include <parley/remoting/codec/bodies/connections.hpp>
#include <parley/remoting/codec/bodies/consumer.hpp>
#include <parley/remoting/codec/bodies/heartbeat.hpp>
#include <parley/remoting/codec/bodies/lists.hpp>
#include <parley/remoting/codec/bodies/lock.hpp>
#include <parley/remoting/codec/bodies/offsets.hpp>
#include <parley/remoting/codec/bodies/route.hpp>
#include <parley/remoting/codec/bodies/stats.hpp>
#include <parley/remoting/codec/frame.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::remoting {
namespace {

template <class T>
T read(std::string_view text) {
  auto out = T::decode(as_bytes(text));
  EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().message);
  return out ? *out : T{};
}

template <class T>
std::string why_not(std::string_view text) {
  const auto out = T::decode(as_bytes(text));
  if (out) return "it decodes";
  EXPECT_EQ(out.error().code, errc::malformed);
  return out.error().message;
}

template <class T>
std::string written(const T& in) {
  const auto out = in.encode();
  EXPECT_TRUE(out.has_value());
  return out ? std::string(as_text(*out)) : "";
}

template <class T>
void expect_there_and_back(const T& in) {
  EXPECT_EQ(read<T>(written(in)), in) << written(in);
}

topic_route gold_route() {
  return {.brokers = {{.cluster = "DefaultCluster", .broker_name = "broker-a", .addresses = {{0, "127.0.0.1:10911"}}}},
          .queues = {{.broker_name = "broker-a", .read_queues = 1, .write_queues = 1, .perm = 6}}};
}

TEST(topic_route, is_what_a_nameserver_answered) {
  const auto frame = decode_frame(from_hex(golden::route_response).value()).value();
  EXPECT_EQ(topic_route::decode(frame.body).value(), gold_route());
  EXPECT_EQ(written(gold_route()), as_text(frame.body));
}

TEST(topic_route, may_have_bare_numbers_as_keys) {
  std::string text(as_text(decode_frame(from_hex(golden::route_response).value()).value().body));
  text.replace(text.find("\"0\""), 3, "0");
  EXPECT_EQ(read<topic_route>(text), gold_route());
}

TEST(topic_route, keeps_its_order_and_slaves) {
  auto out = gold_route();
  out.order_conf = "broker-a:4";
  out.brokers[0].addresses[1] = "[::1]:10911";
  out.brokers[0].enable_acting_master = true;
  out.queues.push_back({.broker_name = "b", .read_queues = 2, .write_queues = 3, .perm = 4, .sys_flag = 1});
  expect_there_and_back(out);
}

TEST(topic_route, takes_the_old_spelling_of_the_flag) {
  EXPECT_EQ(read<topic_route>(R"({"queueDatas":[{"topicSynFlag":1}]})").queues.at(0).sys_flag, 1);
}

TEST(topic_route, says_what_is_wrong) {
  EXPECT_EQ(why_not<topic_route>(R"({"brokerDatas":{}})"), "route: brokerDatas is not an array");
  EXPECT_EQ(why_not<topic_route>(R"({"brokerDatas":[1]})"), "route: brokerDatas is not an object");
  EXPECT_EQ(why_not<topic_route>(R"({"brokerDatas":[{"brokerAddrs":{"x":"y"}}]})"),
            "route: a key of brokerAddrs is not a number");
  EXPECT_EQ(why_not<topic_route>(R"({"queueDatas":[{"perm":"six"}]})"), "route: perm is not an integer");
  EXPECT_EQ(why_not<topic_route>(R"({"queueDatas":[{"perm":2147483648}]})"), "route: perm is not a 32-bit integer");
  EXPECT_EQ(why_not<topic_route>("[]"), "route: the body is not a JSON object");
  why_not<topic_route>("");
  why_not<topic_route>("{");
  why_not<topic_route>("{\"a\":\"\xFF\"}");
  why_not<topic_route>(std::string(100'000, '['));
}

TEST(topic_route, with_nothing_in_it_is_empty) {
  EXPECT_EQ(read<topic_route>("{}"), topic_route{});
  EXPECT_EQ(read<topic_route>(R"({"brokerDatas":null,"queueDatas":null,"orderTopicConf":null})"), topic_route{});
}

TEST(cluster_info, is_read_with_bare_keys_and_written_standard) {
  const auto in = read<cluster_info>(
      R"({"brokerAddrTable":{"broker-a":{"brokerAddrs":{0:"127.0.0.1:10911"},"brokerName":"broker-a","cluster":"C","enableActingMaster":false}},"clusterAddrTable":{"C":["broker-a"]}})");
  EXPECT_EQ(in.brokers.at("broker-a").addresses.at(master_id), "127.0.0.1:10911");
  EXPECT_EQ(in.clusters.at("C"), std::vector<std::string>{"broker-a"});
  expect_there_and_back(in);
}

TEST(heartbeat, is_what_a_broker_took) {
  const auto frame = decode_frame(from_hex(golden::heartbeat_request).value()).value();
  EXPECT_EQ(heartbeat::decode(frame.body).value(), (heartbeat{.client_id = "127.0.0.1@gold", .producer_groups = {"pg"}}));
}

TEST(heartbeat, is_written_as_java_writes_it) {
  heartbeat out{.client_id = "192.0.2.2@28540#2034589201251", .producer_groups = {"pg"}};
  out.consumers.push_back({.group = "cg"});
  out.consumers[0].subscriptions.push_back(
      {.topic = "T", .expression = "TagA || TagB", .tags = {"TagA", "TagB"}, .codes = {2598919, 2598920}, .sub_version = 1795396471701});
  EXPECT_EQ(
      written(out),
      R"({"clientID":"192.0.2.2@28540#2034589201251","producerDataSet":[{"groupName":"pg"}],"consumerDataSet":[{"groupName":"cg",)"
      R"("consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING","consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","unitMode":false,)"
      R"("subscriptionDataSet":[{"topic":"T","subString":"TagA || TagB","tagsSet":["TagA","TagB"],"codeSet":[2598919,2598920],)"
      R"("subVersion":1795396471701,"classFilterMode":false,"expressionType":"TAG"}]}],"heartbeatFingerprint":0,"withoutSub":false})");
  out.consumers.push_back(
      {.group = "b", .type = consume_type::pop, .model = message_model::broadcasting, .from = consume_from::max_offset, .unit_mode = true});
  out.fingerprint = -3;
  out.without_subscriptions = true;
  expect_there_and_back(out);
}

TEST(heartbeat, of_a_go_client_has_codes_as_strings) {
  const auto in = read<heartbeat>(
      R"({"clientID":"c","consumerDataSet":[{"groupName":"g","subscriptionDataSet":[{"topic":"t","codeSet":["2598919",7],"tagsSet":null}]}]})");
  EXPECT_EQ(in.consumers.at(0).subscriptions.at(0).codes, (std::vector<std::int32_t>{2598919, 7}));
  EXPECT_EQ(why_not<heartbeat>(R"({"consumerDataSet":[{"consumeType":"EATEN"}]})"), "heartbeat: consumeType is not a known name");
  EXPECT_EQ(why_not<heartbeat>(R"({"consumerDataSet":[{"subscriptionDataSet":[{"codeSet":["x"]}]}]})"),
            "heartbeat: codeSet is not 32-bit integers");
}

TEST(lists, are_read_and_written) {
  EXPECT_EQ(written(consumer_list{.client_ids = {"a", "b"}}), R"({"consumerIdList":["a","b"]})");
  expect_there_and_back(consumer_list{.client_ids = {"a", "b"}});
  expect_there_and_back(topic_list{.topics = {"%RETRY%g", "t"}});
  EXPECT_EQ(read<topic_list>(R"({"brokerAddr":null,"topicList":[]})"), topic_list{});
}

TEST(locks, are_written_as_java_writes_them) {
  const lock_request out{.consumer_group = "g", .client_id = "c", .queues = {{"t", "b", 0}}};
  EXPECT_EQ(written(out),
            R"({"clientId":"c","consumerGroup":"g","mqSet":[{"brokerName":"b","queueId":0,"topic":"t"}],"onlyThisBroker":false})");
  expect_there_and_back(out);
  expect_there_and_back(lock_response{.locked = {{"t", "b", 1}, {"t", "b", 2}}});
  EXPECT_TRUE(read<lock_response>("{}").locked.empty());
}

TEST(configs, are_read_and_written) {
  expect_there_and_back(
      topic_config{.topic = "t", .read_queues = 1, .write_queues = 2, .perm = 4, .order = true, .attributes = {{"k", "v"}}});
  subscription_group_config group{.group = "g", .consume_from_min_enable = false, .retry_max_times = 3};
  expect_there_and_back(group);
  const auto in = read<subscription_group_config>(R"({"groupName":"g","groupRetryPolicy":{"type":"CUSTOMIZED"},"brokerId":0})");
  EXPECT_EQ(in, subscription_group_config{.group = "g"}) << "what is missing has the broker's default";
}

TEST(subscription_groups, are_read_as_a_broker_writes_them) {
  const auto in = read<subscription_groups>(
      R"({"dataVersion":{"counter":1,"stateVersion":0,"timestamp":1795529898272},"forbiddenTable":{},"subscriptionGroupTable":{)"
      R"("g":{"attributes":{},"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,)"
      R"("consumeMessageOrderly":false,"consumeTimeoutMinute":15,"groupName":"g","groupRetryPolicy":{"type":"CUSTOMIZED"},)"
      R"("groupSysFlag":0,"notifyConsumerIdsChangedEnable":true,"retryMaxTimes":3,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1}}})");
  ASSERT_TRUE(in.groups.contains("g"));
  EXPECT_EQ(in.groups.at("g").retry_max_times, 3);
  EXPECT_EQ(in.version.to_string(), R"({"counter":1,"stateVersion":0,"timestamp":1795529898272})");
  expect_there_and_back(in);
  EXPECT_EQ(why_not<subscription_groups>(R"({"subscriptionGroupTable":{"g":7}})"),
            "subscription groups: subscriptionGroupTable is not an object");
}

TEST(runtime_info, is_a_table_of_texts) {
  const auto in = read<runtime_info>(R"({"table":{"brokerVersionDesc":"V5_5_0","commitLogDiskRatio":"0.19","putTps":"0.0 0.0 "}})");
  EXPECT_EQ(in.table.at("commitLogDiskRatio"), "0.19");
  EXPECT_EQ(in.table.at("putTps"), "0.0 0.0 ");
  expect_there_and_back(in);
  EXPECT_TRUE(read<runtime_info>("{}").table.empty());
}

TEST(broker_config, is_lines_of_name_and_value) {
  const auto in = read<broker_config>("brokerIP1=127.0.0.1\nmessageStorePlugIn=\nbrokerName=a=b\n\nno value\n=no name\nlast=1");
  const broker_config expected{.settings = {{"brokerIP1", "127.0.0.1"}, {"messageStorePlugIn", ""}, {"brokerName", "a=b"}, {"last", "1"}}};
  EXPECT_EQ(in, expected);
  EXPECT_EQ(written(broker_config{.settings = {{"a", "1"}, {"b", ""}}}), "a=1\nb=\n");
  expect_there_and_back(in);
  EXPECT_EQ(why_not<broker_config>("a=\xFF"), "broker config: the text is not UTF-8");
  const broker_config torn{.settings = {{"a", "1\n2"}}};
  EXPECT_EQ(torn.encode().error().code, errc::invalid_argument);
}

TEST(consumer_connections, are_read_as_a_broker_writes_them) {
  const auto in = read<consumer_connections>(
      R"({"connectionSet":[{"clientAddr":"127.0.0.1:40412","clientId":"127.0.0.1@9#x","language":"CPP","version":513}],)"
      R"("consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING",)"
      R"("subscriptionTable":{"t":{"classFilterMode":false,"codeSet":[2598919],"expressionType":"TAG","subString":"TagA",)"
      R"("subVersion":1795396471701,"tagsSet":["TagA"],"topic":"t"}}})");
  ASSERT_EQ(in.connections.size(), 1U);
  EXPECT_EQ(in.connections[0],
            (client_connection{.client_id = "127.0.0.1@9#x", .client_address = "127.0.0.1:40412", .language = "CPP", .version = 513}));
  EXPECT_EQ(in.subscriptions.at("t").expression, "TagA");
  EXPECT_EQ(in.message_model, "CLUSTERING");
  expect_there_and_back(in);
  EXPECT_EQ(read<consumer_connections>(R"({"consumeType":"CONSUME_LATER"})").consume_type, "CONSUME_LATER") << "a name of tomorrow";
}

TEST(offset_table, has_objects_as_keys) {
  offset_table out;
  out.offsets[{"t", "b", 0}] = 7;
  out.offsets[{"t", "b", 1}] = -1;
  EXPECT_EQ(written(out),
            R"({"offsetTable":{{"brokerName":"b","queueId":0,"topic":"t"}:7,{"brokerName":"b","queueId":1,"topic":"t"}:-1}})");
  expect_there_and_back(out);
  expect_there_and_back(offset_table{});
  offset_table quoted;
  quoted.offsets[{"\"{t}\\", "b", 2}] = 3;
  expect_there_and_back(quoted);
}

TEST(offset_table, may_be_a_list) {
  const auto in = read<offset_table>(R"({"offsetTable":[{"topic":"t","brokerName":"b","queueId":3,"offset":9}]})");
  EXPECT_EQ(in.offsets.at({"t", "b", 3}), 9);
}

TEST(offset_table, wrong_keys_and_values_are_malformed) {
  EXPECT_EQ(why_not<offset_table>(R"({"offsetTable":{"x":1}})"), "offset table: a key is not a message queue");
  EXPECT_EQ(why_not<offset_table>(R"({"offsetTable":{{"topic":"t"}:"many"}})"), "offset table: offsetTable is not an integer");
  EXPECT_EQ(why_not<offset_table>(R"({"offsetTable":7})"), "offset table: offsetTable is not an object");
}

TEST(consumer_status, is_read_and_written) {
  consumer_status out;
  out.offsets[{"t", "b", 0}] = 7;
  EXPECT_EQ(written(out), R"({"messageQueueTable":{{"brokerName":"b","queueId":0,"topic":"t"}:7}})");
  expect_there_and_back(out);
}

TEST(stats, are_read_as_java_writes_them) {
  const auto topic = read<topic_stats>(
      R"({"offsetTable":{{"brokerName":"b","queueId":0,"topic":"t"}:{"lastUpdateTimestamp":3,"maxOffset":2,"minOffset":1}},"topicPutTps":0.5})");
  EXPECT_EQ(topic.queues.at({"t", "b", 0}), (topic_offset{.min_offset = 1, .max_offset = 2, .last_update_ms = 3}));
  EXPECT_EQ(topic.put_tps, 0.5);
  expect_there_and_back(topic);
  consume_stats group{.tps = 12};
  group.queues[{"t", "b", 1}] = {.broker_offset = 5, .consumer_offset = 4, .pull_offset = 3, .last_timestamp_ms = 2};
  EXPECT_NE(written(group).find("\"consumeTps\":12.0"), std::string::npos) << "a Java double has a point";
  expect_there_and_back(group);
}

TEST(consumer_running_info, is_read_and_written) {
  consumer_running_info out;
  out.properties.emplace(running_property::consume_type, "CONSUME_PASSIVELY");
  out.subscriptions.push_back({.topic = "t"});
  out.queues[{"t", "b", 0}] = {.commit_offset = 1, .cached_count = 2, .locked = true, .dropped = true, .last_pull_ms = 9};
  out.statuses["t"] = {.pull_rt_ms = 1.25, .consume_failed_messages = 3};
  expect_there_and_back(out);
  EXPECT_NE(written(out).find("\"droped\":true"), std::string::npos) << "the real spelling";
}

TEST(consume_directly_response, is_what_java_answers) {
  const auto in = read<consume_directly_response>(
      R"({"order":false,"autoCommit":true,"consumeResult":"CR_LATER","remark":null,"spentTimeMills":1})");
  EXPECT_EQ(in, (consume_directly_response{.outcome = consume_result::later, .spent_ms = 1}));
  expect_there_and_back(in);
  expect_there_and_back(consume_directly_response{.orderly = true, .outcome = consume_result::throw_exception, .remark = "why\n"});
  EXPECT_EQ(why_not<consume_directly_response>(R"({"consumeResult":"CR_MAYBE"})"),
            "answer to a direct consumption: consumeResult is not a known name");
}

TEST(bodies, text_that_is_not_utf8_is_not_written) {
  EXPECT_EQ(consumer_list{.client_ids = {"\xFF"}}.encode().error().code, errc::invalid_argument);
}

}  // namespace
}  // namespace parley::remoting
