// Requests: their fields' names, both ways, and what is said of missing ones.
#include "golden.hpp"

#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/codec/requests.hpp>

#include <gtest/gtest.h>

namespace parley::remoting {
namespace {

send_request sample_send() {
  return {.producer_group = "pg",
          .topic = "gold_topic",
          .default_topic_queues = 1,
          .born_timestamp_ms = 1700000000000,
          .properties =
              "TAGS\x01"
              "TagA\x02KEYS\x01k1\x02UNIQ_KEY\x01"
              "AC110001000100000000000000000001\x02WAIT\x01true\x02"};
}

command golden_command(std::string_view hex) { return decode_frame(from_hex(hex).value()).value(); }

/// What read() makes of what to_command() wrote.
template <class T>
T there_and_back(const T& in) {
  const auto written = in.to_command();
  EXPECT_EQ(written.code, T::code);
  const auto read = T::read(written.fields);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
  return read ? *read : T{};
}

TEST(send_request, by_letter_is_what_a_broker_took) {
  const auto captured = golden_command(golden::send_request);
  EXPECT_EQ(send_request::read(captured).value(), sample_send());
  EXPECT_EQ(sample_send().to_command({'h', 'e', 'l', 'l', 'o'}).fields, captured.fields);
}

TEST(send_request, by_name_has_the_same_content) {
  const auto named = sample_send().to_command({}, request_code::send_message);
  EXPECT_EQ(named.fields.text("producerGroup"), "pg");
  EXPECT_EQ(named.fields.text("defaultTopicQueueNums"), "1");
  EXPECT_EQ(named.fields.find("a"), nullptr);
  EXPECT_EQ(send_request::read(named).value(), sample_send());
}

TEST(send_request, of_a_batch_says_so) {
  const auto batch = sample_send().to_command({}, request_code::send_batch_message);
  EXPECT_EQ(batch.fields.text("m"), "true");
  EXPECT_TRUE(send_request::read(batch).value().batch);
}

TEST(send_request, optional_fields_are_left_out_or_kept) {
  auto out = sample_send();
  EXPECT_EQ(out.to_command({}).fields.find("l"), nullptr);
  out.max_reconsume_times = -1;
  out.broker_name = "broker-a";
  EXPECT_EQ(send_request::read(out.to_command({})).value(), out);
}

TEST(send_request, a_missing_field_is_named) {
  auto in = sample_send().to_command({});
  command without{.code = in.code};
  for (const auto& [key, value] : in.fields) {
    if (key != "e") without.fields.set(key, value);
  }
  const auto out = send_request::read(without);
  ASSERT_TRUE(out.has_error());
  EXPECT_EQ(out.error().code, errc::malformed);
  EXPECT_EQ(out.error().message, "send: the field e is missing");
  in.fields.set("e", "zero");
  EXPECT_EQ(send_request::read(in).error().message, "send: the field e is 'zero'");
  in.fields.set("e", "0");
  in.fields.set("l", "many");
  EXPECT_EQ(send_request::read(in).error().message, "send: the field l is 'many'")
      << "an optional field must be right if it is there";
}

TEST(send_response, is_what_a_broker_answered) {
  const auto captured = golden_command(golden::send_response);
  const auto out = send_response::read(captured.fields).value();
  EXPECT_EQ(out.message_id, "7F00000100002A9F000000001CCA9C88");
  EXPECT_EQ(out.queue_id, 0);
  EXPECT_EQ(out.queue_offset, 0);
  EXPECT_EQ(out.transaction_id, "AC110001000100000000000000000001");
  EXPECT_EQ(out.region, "DefaultRegion");
  EXPECT_EQ(out.trace_on, true);
  ext_fields again;
  out.write(again);
  EXPECT_EQ(again.size(), captured.fields.size());
  EXPECT_EQ(send_response::read(again).value(), out);
}

TEST(pull_request, is_what_a_broker_took) {
  const auto captured = golden_command(golden::pull_request);
  const auto out = pull_request::read(captured.fields).value();
  EXPECT_EQ(out, (pull_request{.consumer_group = "gold_group",
                               .topic = "gold_topic",
                               .sys_flag = pull_flag::subscription,
                               .subscription = "TagA",
                               .expression_type = "TAG"}));
  EXPECT_EQ(out.to_command().fields, captured.fields);
}

TEST(pull_response, is_what_a_broker_answered) {
  const auto captured = golden_command(golden::pull_response);
  const auto out = pull_response::read(captured.fields).value();
  EXPECT_EQ(out.next_begin_offset, 1);
  EXPECT_EQ(out.max_offset, 1);
  EXPECT_EQ(out.topic_sys_flag, 0);
  EXPECT_FALSE(out.offset_delta.has_value());
  ext_fields again;
  out.write(again);
  EXPECT_EQ(pull_response::read(again).value(), out);
  EXPECT_EQ(pull_response::read({}).error().message, "answer to a pull: the field suggestWhichBrokerId is missing");
}

TEST(offset_requests, are_what_a_broker_took) {
  const auto captured = golden_command(golden::offset_request);
  const query_consumer_offset_request out{.consumer_group = "gold_group", .topic = "gold_topic", .set_zero_if_not_found = false};
  EXPECT_EQ(query_consumer_offset_request::read(captured.fields).value(), out);
  EXPECT_EQ(out.to_command().fields, captured.fields);
  EXPECT_EQ(max_offset_request::read(golden_command(golden::binary_request).fields).value(),
            (max_offset_request{.topic = "gold_topic"}));
  EXPECT_EQ(offset_response::read(golden_command(golden::binary_response).fields).value().offset, 1);
}

TEST(requests, are_read_as_they_were_written) {
  const send_back_request back{.physical_offset = 1LL << 40,
                               .group = "g",
                               .delay_level = -1,
                               .origin_message_id = "id",
                               .origin_topic = "t",
                               .unit_mode = true,
                               .max_reconsume_times = 16,
                               .broker_name = "b"};
  EXPECT_EQ(there_and_back(back), back);
  const update_consumer_offset_request update{.consumer_group = "g", .topic = "t", .queue_id = 3, .commit_offset = 9};
  EXPECT_EQ(there_and_back(update), update);
  const min_offset_request min{.topic = "t", .queue_id = 1, .broker_name = "b"};
  EXPECT_EQ(there_and_back(min), min);
  const search_offset_request search{.topic = "t", .timestamp_ms = -1, .boundary_type = "upper"};
  EXPECT_EQ(there_and_back(search), search);
  const query_message_request query{.topic = "t", .key = "k", .begin_ms = 1, .end_ms = 2, .unique_key = true};
  EXPECT_EQ(there_and_back(query), query);
  const view_message_request view{.physical_offset = 7, .topic = "t"};
  EXPECT_EQ(there_and_back(view), view);
  const unregister_request unregister{.client_id = "c", .consumer_group = "g"};
  EXPECT_EQ(there_and_back(unregister), unregister);
  EXPECT_EQ(unregister.to_command().fields.text("clientID"), "c") << "with a capital D";
  const consumer_list_request list{.consumer_group = "g"};
  EXPECT_EQ(there_and_back(list), list);
  const consumers_changed_request changed{.consumer_group = "g"};
  EXPECT_EQ(there_and_back(changed), changed);
  EXPECT_TRUE(changed.to_command().is_oneway());
  const reset_offset_request reset{.topic = "t", .group = "g", .timestamp_ms = 5, .force = true};
  EXPECT_EQ(there_and_back(reset), reset);
  const consumer_status_request status{.topic = "t", .group = "g"};
  EXPECT_EQ(there_and_back(status), status);
  const running_info_request info{.consumer_group = "g", .client_id = "c", .with_stacks = true};
  EXPECT_EQ(there_and_back(info), info);
  const consume_directly_request directly{
      .consumer_group = "g", .client_id = "c", .message_id = "m", .broker_name = "b", .topic = "t"};
  EXPECT_EQ(there_and_back(directly), directly);
  const create_topic_request create{.topic = "t", .read_queues = 4, .write_queues = 8, .order = true, .attributes = "+a=b"};
  EXPECT_EQ(there_and_back(create), create);
  const route_request route{.topic = "t"};
  EXPECT_EQ(there_and_back(route), route);
  const delete_topic_in_namesrv_request gone{.topic = "t", .cluster = "c"};
  EXPECT_EQ(there_and_back(gone), gone);
  const end_transaction_request end{
      .producer_group = "g", .queue_offset = 1, .physical_offset = 2, .outcome = 8, .message_id = "m"};
  EXPECT_EQ(there_and_back(end), end);
  const check_transaction_request check{.topic = "t", .queue_offset = 1, .physical_offset = 2, .transaction_id = "x"};
  EXPECT_EQ(there_and_back(check), check);
  const consume_stats_request stats{.consumer_group = "g", .topic = "t"};
  EXPECT_EQ(there_and_back(stats), stats);
  const all_groups_request groups{.first = 2000, .most = 2000, .data_version = R"({"counter":1})"};
  EXPECT_EQ(there_and_back(groups), groups);
  EXPECT_TRUE(all_groups_request{}.to_command().fields.empty()) << "all of them at once";
  const delete_group_request removed{.group = "g", .offsets_too = true};
  EXPECT_EQ(there_and_back(removed), removed);
  const consumer_connections_request connected{.consumer_group = "g"};
  EXPECT_EQ(there_and_back(connected), connected);
  const invoke_reset_request invoke{.topic = "t", .group = "g", .timestamp_ms = -1, .force = true};
  EXPECT_EQ(there_and_back(invoke), invoke);
  EXPECT_EQ(invoke.to_command().fields.text("queueId"), "-1") << "every queue";
}

TEST(all_groups_response, of_an_old_broker_has_no_total) {
  EXPECT_FALSE(all_groups_response::read({}).value().total.has_value());
  ext_fields fields;
  all_groups_response{.total = 8}.write(fields);
  EXPECT_EQ(fields.text("totalGroupNum"), "8");
  EXPECT_EQ(all_groups_response::read(fields).value().total, 8);
}

TEST(route_request, asks_for_standard_json_and_does_not_assume_it_of_others) {
  EXPECT_EQ(route_request{.topic = "t"}.to_command().fields.text("acceptStandardJsonOnly"), "true");
  const auto in = route_request::read(golden_command(golden::route_request).fields).value();
  EXPECT_EQ(in.topic, "gold_topic");
  EXPECT_FALSE(in.standard_json_only);
}

TEST(heartbeat_response, is_what_a_broker_answered) {
  const auto out = heartbeat_response::read(golden_command(golden::heartbeat_response).fields).value();
  EXPECT_TRUE(out.supports_v2);
  EXPECT_TRUE(out.subscription_changed);
  EXPECT_FALSE(heartbeat_response::read({}).value().supports_v2) << "an old broker says nothing";
}

}  // namespace
}  // namespace parley::remoting
