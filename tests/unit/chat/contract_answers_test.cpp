// Responses and events: what we write, and what foreign servers may send instead.
#include <parley/chat/contract/event.hpp>
#include <parley/chat/contract/names.hpp>
#include <parley/chat/contract/response.hpp>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace parley::chat {
namespace {

namespace json = boost::json;

TEST(response, of_success_has_a_null_error_and_no_detail) {
  response in;
  in.request_id = "r1";
  in.success = true;
  in.data = {{"message_id", "m"}, {"status", "sent"}};
  const auto body = json::parse(encode_response(in)).as_object();
  EXPECT_TRUE(body.at("error").is_null());
  EXPECT_FALSE(body.contains("error_detail"));
  EXPECT_EQ(body.at("data").at("status").as_string(), "sent");
  EXPECT_TRUE(body.at("success").as_bool());
}

TEST(response, of_failure_has_a_string_for_people_and_a_detail_for_programs) {
  response in;
  in.request_id = "r1";
  in.failure = chat_error{.code = "RATE_LIMITED", .system = false, .retryable = true, .retry_after_ms = 250, .message = "slower"};
  const auto body = json::parse(encode_response(in)).as_object();
  EXPECT_EQ(body.at("error").as_string(), "slower");
  EXPECT_EQ(body.at("error_detail"),
            json::parse(R"({"code":"RATE_LIMITED","kind":"business","retryable":true,"retry_after_ms":250})"));
  EXPECT_TRUE(body.at("data").is_object());
  const auto back = decode_response(encode_response(in)).value();
  ASSERT_TRUE(back.failure.has_value());
  EXPECT_EQ(back.failure->code, "RATE_LIMITED");
  EXPECT_EQ(back.failure->retry_after_ms, 250);
  EXPECT_TRUE(back.failure->retryable);
  EXPECT_FALSE(back.failure->system);
  EXPECT_EQ(back.failure->message, "slower");
}

TEST(response, from_a_foreign_server_may_leave_things_out) {
  const auto plain = decode_response(R"({"request_id":"r","success":true,"data":null})").value();
  EXPECT_TRUE(plain.success);
  EXPECT_TRUE(plain.data.empty());
  EXPECT_FALSE(plain.failure.has_value());
  EXPECT_TRUE(decode_response(R"({"request_id":"r","data":{"a":1},"more":[]})").value().success);
  EXPECT_FALSE(decode_response(R"({"request_id":"r","error":"no"})").value().success);
  EXPECT_TRUE(decode_response(R"({"request_id":"r","error":""})").value().success);
  EXPECT_EQ(decode_response(R"({"request_id":17,"success":true})").value().request_id, "17");
}

TEST(response, keeps_foreign_data_of_any_type) {
  EXPECT_EQ(decode_response(R"({"request_id":"r","success":true,"data":[1,2]})").value().data.at("value"), json::parse("[1,2]"));
  EXPECT_EQ(decode_response(R"({"request_id":"r","success":true,"data":"text"})").value().data.at("value").as_string(), "text");
}

TEST(response, of_foreign_failure_is_a_business_error_named_foreign) {
  const auto text = decode_response(R"({"request_id":"r","success":false,"error":"no such room"})").value();
  EXPECT_EQ(text.failure->code, "FOREIGN");
  EXPECT_EQ(text.failure->message, "no such room");
  EXPECT_FALSE(text.failure->system);
  for (const auto* error : {"null", "\"\"", "false", "[]"}) {
    const auto got = decode_response(std::string(R"({"request_id":"r","success":false,"error":)") + error + "}").value();
    ASSERT_TRUE(got.failure.has_value()) << error;
    EXPECT_FALSE(got.failure->message.empty());
  }
  const auto object = decode_response(R"({"request_id":"r","success":false,"error":{"code":42,"message":"broken"}})").value();
  EXPECT_EQ(object.failure->code, "42");
  EXPECT_EQ(object.failure->message, "broken");
}

TEST(response, without_an_id_or_an_object_is_malformed) {
  for (const auto* body :
       {"", "[]", "{}", "null", R"({"request_id":""})", R"({"request_id":null})", "{\"request_id\":\"\xff\"}"}) {
    EXPECT_EQ(decode_response(body).error().code, errc::malformed) << body;
  }
}

TEST(event, is_written_as_the_contract_shows_it) {
  event in{.type = "message_sent", .user_id = "u", .message = "hi", .timestamp = "2024-01-01T12:00:00.000Z"};
  EXPECT_EQ(encode_event(in), R"({"user_id":"u","message":"hi","timestamp":"2024-01-01T12:00:00.000Z","type":"message_sent"})");
  in.room_id = "r";
  in.message_id = "m";
  in.seq = 3;
  const auto back = decode_event(encode_event(in)).value();
  EXPECT_EQ(back.room_id, "r");
  EXPECT_EQ(back.message_id, "m");
  EXPECT_EQ(back.seq, 3);
  EXPECT_EQ(back.message, "hi");
}

TEST(event, from_a_foreign_server_is_read_as_far_as_it_goes) {
  const auto got = decode_event(R"({"user_id":12,"type":"user_join","seq":"x","room_id":null,"extra":1})").value();
  EXPECT_EQ(got.user_id, "12");
  EXPECT_EQ(got.type, "user_join");
  EXPECT_EQ(got.seq, 0);
  EXPECT_TRUE(got.room_id.empty());
  EXPECT_EQ(decode_event(R"({"seq":-4,"type":"message_sent"})").value().seq, 0);
  EXPECT_TRUE(decode_event("{}").value().type.empty());
  EXPECT_FALSE(decode_event("[]").has_value());
  EXPECT_FALSE(decode_event("nonsense").has_value());
}

TEST(topic_names, follow_the_prefix) {
  const auto names = topic_names::from_prefix(default_topic_prefix);
  EXPECT_EQ(names.requests, "TG001-chat-service-requests");
  EXPECT_EQ(names.responses, "TG001-chat-service-responses");
  EXPECT_EQ(names.events, "TG001-chat-service-events");
}

}  // namespace
}  // namespace parley::chat
