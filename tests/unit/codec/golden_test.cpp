// What a real RocketMQ 5.5.0 sent and took, decoded and written again.
#include "golden.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/codec/message.hpp>

#include <gtest/gtest.h>

namespace parley::remoting {
namespace {

bytes unhex(std::string_view hex) { return from_hex(hex).value(); }

command decoded(std::string_view hex) {
  auto out = decode_frame(unhex(hex));
  EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().message);
  return out ? *out : command{};
}

std::string encoded(const command& in) {
  bytes out;
  const auto done = encode_frame(in, out);
  EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
  return to_hex(out);
}

std::string upper(std::string_view hex) { return to_hex(unhex(hex)); }

class golden_request : public testing::TestWithParam<std::string_view> {};

// Our key order is the one in which these frames were captured: they come out byte for byte.
TEST_P(golden_request, is_written_as_it_was_read) { EXPECT_EQ(encoded(decoded(GetParam())), upper(GetParam())); }

INSTANTIATE_TEST_SUITE_P(frames, golden_request,
                         testing::Values(golden::route_request, golden::send_request, golden::pull_request,
                                         golden::offset_request, golden::heartbeat_request, golden::binary_request,
                                         golden::binary_response, golden::unknown_request));

class golden_response : public testing::TestWithParam<std::string_view> {};

// A Java broker orders its keys otherwise: what we write is read as the same command.
TEST_P(golden_response, is_the_same_after_writing_and_reading) {
  const auto original = decoded(GetParam());
  EXPECT_TRUE(original.is_response());
  EXPECT_EQ(original.lang, language::java);
  EXPECT_EQ(original.version, 513);
  EXPECT_EQ(decoded(encoded(original)), original);
}

INSTANTIATE_TEST_SUITE_P(frames, golden_response,
                         testing::Values(golden::route_response, golden::send_response, golden::pull_response,
                                         golden::offset_response, golden::heartbeat_response, golden::binary_request_answer,
                                         golden::binary_response, golden::unknown_response));

TEST(golden, route_request_has_its_fields) {
  const auto in = decoded(golden::route_request);
  EXPECT_EQ(in.code, request_code::get_route_info_by_topic);
  EXPECT_EQ(in.lang, language::cpp);
  EXPECT_EQ(in.version, 477);
  EXPECT_EQ(in.opaque, 1);
  EXPECT_FALSE(in.is_response());
  EXPECT_EQ(in.fields.text("topic"), "gold_topic");
}

TEST(golden, send_request_has_its_properties_unescaped) {
  const auto in = decoded(golden::send_request);
  EXPECT_EQ(in.fields.int64("g"), 1700000000000);
  EXPECT_EQ(in.fields.boolean("m"), false);
  EXPECT_EQ(as_text(in.body), "hello");
  const auto properties = decode_properties(in.fields.text("i"));
  EXPECT_EQ(properties.size(), 4U);
  EXPECT_EQ(properties.text("TAGS"), "TagA");
  EXPECT_EQ(properties.text("UNIQ_KEY"), "AC110001000100000000000000000001");
  EXPECT_EQ(encode_properties(properties).value(), in.fields.text("i"));
}

TEST(golden, an_answer_without_fields_keeps_its_empty_object) {
  const auto in = decoded(golden::offset_response);
  EXPECT_EQ(in.code, response_code::query_not_found);
  EXPECT_TRUE(in.fields.empty());
  EXPECT_TRUE(in.always_write_fields);
}

TEST(golden, binary_request_is_read_in_full) {
  const auto in = decoded(golden::binary_request);
  EXPECT_EQ(in.type, header_type::binary);
  EXPECT_EQ(in.code, request_code::get_max_offset);
  EXPECT_EQ(in.opaque, 6);
  EXPECT_EQ(in.fields.text("topic"), "gold_topic");
  EXPECT_EQ(in.fields.int32("queueId"), 0);
  EXPECT_EQ(decoded(golden::binary_request_answer).type, header_type::json);
  EXPECT_EQ(decoded(golden::binary_response).fields.int64("offset"), 1);
}

TEST(golden, unknown_code_is_answered_with_a_leading_blank) {
  const auto in = decoded(golden::unknown_response);
  EXPECT_EQ(in.code, response_code::request_code_not_supported);
  EXPECT_EQ(in.remark, " request type 9999 not supported");
}

TEST(golden, pulled_message_has_every_field) {
  const auto answer = decoded(golden::pull_response);
  EXPECT_EQ(answer.remark, "FOUND");
  EXPECT_EQ(answer.fields.int64("nextBeginOffset"), 1);
  const auto batch = decode_messages(answer.body);
  ASSERT_FALSE(batch.damage.has_value());
  ASSERT_EQ(batch.messages.size(), 1U);
  const auto& message = batch.messages.front();
  EXPECT_EQ(message.topic, "gold_topic");
  EXPECT_EQ(message.queue_id, 0);
  EXPECT_EQ(message.queue_offset, 0);
  EXPECT_EQ(message.physical_offset, 483040392);
  EXPECT_EQ(message.born_timestamp_ms, 1700000000000);
  EXPECT_EQ(message.born_host.port, 40412);
  EXPECT_EQ(message.store_timestamp_ms, 1795397992542);
  EXPECT_EQ(message.store_host.port, 10911);
  EXPECT_EQ(message.store_host.address[0], 127);
  EXPECT_FALSE(message.store_host.ipv6);
  EXPECT_EQ(as_text(message.body), "hello");
  EXPECT_EQ(message.properties.size(), 7U);
  EXPECT_EQ(message.properties.text("KEYS"), "k1");
  EXPECT_EQ(message.properties.text("TRACE_ON"), "true");
}

TEST(golden, pulled_message_is_written_as_it_was_stored) {
  const auto answer = decoded(golden::pull_response);
  byte_reader in(answer.body);
  bytes out;
  ASSERT_TRUE(encode_message(decode_message(in).value(), out).has_value());
  EXPECT_EQ(to_hex(out), to_hex(answer.body));
}

TEST(golden, batch_body_is_read_and_written) {
  const auto raw = unhex(golden::batch_body);
  const auto items = decode_batch(raw).value();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(as_text(items[0].body), "b1");
  EXPECT_EQ(as_text(items[1].body), "b2");
  EXPECT_TRUE(items[0].properties.empty());
  bytes out;
  ASSERT_TRUE(encode_batch(items, out).has_value());
  EXPECT_EQ(out, raw);
}

TEST(golden, message_from_an_ipv6_producer_is_read_and_written) {
  const auto raw = unhex(golden::ipv6_message);
  byte_reader in(raw);
  const auto message = decode_message(in).value();
  EXPECT_EQ(in.remaining(), 0U);
  EXPECT_TRUE(message.born_host.ipv6);
  EXPECT_EQ(message.born_host.address[15], 1);
  EXPECT_EQ(message.born_host.port, 0xACB2);
  EXPECT_FALSE(message.store_host.ipv6);
  EXPECT_EQ(message.queue_offset, 5);
  EXPECT_EQ(as_text(message.body), "v6");
  bytes out;
  ASSERT_TRUE(encode_message(message, out).has_value());
  EXPECT_EQ(to_hex(out), to_hex(raw));
}

}  // namespace
}  // namespace parley::remoting
