// Requests: what is read, what is refused with which field's name, and what can be learnt of a damaged one.
#include <parley/chat/contract/request.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace parley::chat {
namespace {

namespace json = boost::json;

std::string body_with(std::string_view changes) {
  auto fields = json::parse(R"({"request_id":"req_1","user_id":"u1","action":"send_message","data":{}})").as_object();
  const auto changed = json::parse(json::string_view(changes.data(), changes.size()));
  for (const auto& field : changed.get_object()) fields[field.key()] = field.value();
  return json::serialize(fields);
}

std::string body_without(std::string_view field) {
  auto fields = json::parse(R"({"request_id":"req_1","user_id":"u1","action":"send_message","data":{}})").as_object();
  fields.erase(json::string_view(field.data(), field.size()));
  return json::serialize(fields);
}

/// An object nested `depth` deep in all.
std::string nested(std::size_t depth) {
  std::string out = R"({"request_id":"r","user_id":"u","action":"a","data":)";
  for (std::size_t i = 1; i < depth; ++i) out += R"({"x":)";
  out += "1";
  out.append(depth, '}');
  return out;
}

request sample() {
  request out;
  out.request_id = "req_1";
  out.user_id = "u1";
  out.action = "send_message";
  out.data = json::parse(R"({"message":"héllo","room_id":"r"})").as_object();
  return out;
}

TEST(request_decoding, reads_the_contracts_example) {
  const auto got = decode_request(
                       R"({"request_id":"req_1234567890","user_id":"user_001","action":"send_message",
                           "data":{"message":"Hello, everyone!","room_id":"room_001"}})")
                       .value();
  EXPECT_EQ(got.request_id, "req_1234567890");
  EXPECT_EQ(got.user_id, "user_001");
  EXPECT_EQ(got.action, "send_message");
  EXPECT_EQ(got.data.at("message").as_string(), "Hello, everyone!");
  EXPECT_TRUE(got.reply_to.empty());
}

TEST(request_decoding, reads_what_encoding_writes) {
  const auto got = decode_request(encode_request(sample()).value()).value();
  EXPECT_EQ(got.request_id, "req_1");
  EXPECT_EQ(got.data, sample().data);
}

TEST(request_decoding, takes_absent_or_null_data_for_an_empty_object) {
  EXPECT_TRUE(decode_request(body_without("data")).value().data.empty());
  EXPECT_TRUE(decode_request(body_with(R"({"data":null})")).value().data.empty());
}

TEST(request_decoding, ignores_unknown_fields) {
  EXPECT_TRUE(decode_request(body_with(R"({"version":7,"extra":{"a":[1,2]}})")).has_value());
}

TEST(request_decoding, names_the_missing_field) {
  for (const std::string field : {"request_id", "user_id", "action"}) {
    const auto got = decode_request(body_without(field));
    ASSERT_FALSE(got.has_value()) << field;
    EXPECT_EQ(got.error().cause.code, errc::invalid_argument);
    EXPECT_NE(got.error().cause.message.find(field), std::string::npos);
    EXPECT_EQ(got.error().answerable, field != "request_id");
  }
}

TEST(request_decoding, names_the_field_of_the_wrong_type_and_still_knows_the_request) {
  for (const auto* value : {"7", "null", "true", "[]", "{}", "\"\"", "\"   \"", R"("a\u0001b")", R"("a\u007f")", R"("a\u0085")"}) {
    for (const std::string field : {"user_id", "action"}) {
      const auto got = decode_request(body_with("{\"" + field + "\":" + value + "}"));
      ASSERT_FALSE(got.has_value()) << field << value;
      EXPECT_NE(got.error().cause.message.find(field), std::string::npos);
      EXPECT_EQ(got.error().request_id, "req_1");
      EXPECT_TRUE(got.error().answerable);
    }
  }
  const auto got = decode_request(body_with(R"({"data":[1]})"));
  ASSERT_FALSE(got.has_value());
  EXPECT_NE(got.error().cause.message.find("data"), std::string::npos);
}

TEST(request_decoding, answers_a_request_whose_id_is_no_valid_one) {
  for (const auto* id : {"\"\"", R"("a\nb")"}) {
    const auto got = decode_request(body_with(std::string(R"({"request_id":)") + id + "}"));
    ASSERT_FALSE(got.has_value()) << id;
    EXPECT_TRUE(got.error().answerable);
    EXPECT_EQ(got.error().user_id, "u1");
  }
  EXPECT_FALSE(decode_request(body_with(R"({"request_id":5})")).error().answerable);
}

TEST(request_decoding, counts_an_ids_characters_not_bytes) {
  std::string id;
  for (int i = 0; i < 128; ++i) id += "用";
  EXPECT_TRUE(valid_id(id));
  EXPECT_TRUE(decode_request(body_with(R"({"user_id":")" + id + "\"}")).has_value());
  EXPECT_FALSE(valid_id(id + "x"));
  EXPECT_FALSE(decode_request(body_with(R"({"user_id":")" + id + "x\"}")).has_value());
}

TEST(request_decoding, accepts_32_levels_and_refuses_33) {
  EXPECT_TRUE(decode_request(nested(32)).has_value());
  const auto got = decode_request(nested(33));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().cause.code, errc::malformed);
  EXPECT_EQ(got.error().request_id, "r");
}

TEST(request_decoding, accepts_64_kib_and_refuses_one_byte_more) {
  auto body = body_with(R"({"data":{"message":"x"}})");
  const std::string filler(max_request_bytes - body.size(), ' ');
  EXPECT_TRUE(decode_request(body + filler).has_value());
  const auto got = decode_request(body + filler + " ");
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().cause.code, errc::too_large);
  EXPECT_EQ(got.error().request_id, "req_1");
  EXPECT_EQ(got.error().user_id, "u1");
  EXPECT_EQ(got.error().action, "send_message");
}

TEST(request_decoding, refuses_what_is_no_utf8) {
  for (const std::string bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    const auto got = decode_request(R"({"request_id":"r1","user_id":"u","action":"send_message","data":{"message":")" + bad +
                                    "\"}}");
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().cause.code, errc::malformed);
    EXPECT_EQ(got.error().request_id, "r1");
  }
  EXPECT_FALSE(decode_request(R"({"request_id":"r1","user_id":"\ud800","action":"a"})").has_value());
}

TEST(request_decoding, never_gives_back_an_id_that_is_no_utf8) {
  const auto got = decode_request("{\"request_id\":\"\xff\",\"user_id\":\"u\"}");
  ASSERT_FALSE(got.has_value());
  EXPECT_FALSE(got.error().answerable);
  EXPECT_EQ(got.error().request_id, "");
}

TEST(request_decoding, learns_the_id_of_a_body_cut_anywhere_after_it) {
  const std::string body = R"({"request_id":"r\u00e41","user_id":"u","action":"send_message","data":{"request_id":"no","message":"hi"}})";
  const auto known_from = body.find(",\"user_id\"");
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto got = decode_request(std::string_view(body).substr(0, size));
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().request_id, size >= known_from ? "rä1" : "") << size;
    EXPECT_EQ(got.error().answerable, size >= known_from);
  }
}

TEST(request_decoding, survives_nesting_of_any_depth) {
  const auto got = decode_request(R"({"request_id":"r",)"
                                  "\"data\":" +
                                  std::string(60'000, '['));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().request_id, "r");
}

TEST(request_decoding, takes_no_id_from_an_array_or_a_nested_object) {
  for (const auto* body : {"[\"request_id\",\"r\"]", R"({"data":{"request_id":"r"}, oops)", "\"request_id\"", "", "null", "5"}) {
    EXPECT_FALSE(decode_request(body).error().answerable) << body;
  }
}

TEST(request_encoding, refuses_ids_that_cannot_be_properties) {
  for (const std::string id : {"", " ", "a\tb", "a\x7f", "\xff",
                               "line\xe2\x80\xa8"
                               "break"}) {
    auto bad = sample();
    bad.user_id = id;
    EXPECT_EQ(encode_request(bad).error().code, errc::invalid_argument) << id;
    EXPECT_FALSE(valid_id(id));
  }
}

TEST(request_encoding, refuses_what_its_reader_would) {
  auto large = sample();
  large.data["message"] = std::string(max_request_bytes, 'x');
  EXPECT_EQ(encode_request(large).error().code, errc::too_large);
  auto broken = sample();
  broken.data["message"] = "\xff";
  EXPECT_EQ(encode_request(broken).error().code, errc::invalid_argument);
}

TEST(request_ids, with_blanks_are_no_keys) {
  EXPECT_TRUE(valid_id("Ann Lee"));
  EXPECT_FALSE(valid_key("Ann Lee"));
  EXPECT_TRUE(valid_key("Ann"));
}

TEST(content_hash, does_not_depend_on_the_order_of_fields) {
  auto one = sample();
  auto other = sample();
  one.data = json::parse(R"({"a":{"x":1,"y":[1,{"p":1,"q":2}]},"b":2})").as_object();
  other.data = json::parse(R"({"b":2,"a":{"y":[1,{"q":2,"p":1}],"x":1}})").as_object();
  EXPECT_EQ(content_hash(one), content_hash(other));
  EXPECT_EQ(content_hash(one).size(), 64U);
}

TEST(content_hash, differs_when_action_or_data_differ_and_not_when_the_sender_does) {
  const auto base = content_hash(sample());
  auto changed = sample();
  changed.action = "leave_room";
  EXPECT_NE(content_hash(changed), base);
  changed = sample();
  changed.data["message"] = "other";
  EXPECT_NE(content_hash(changed), base);
  changed = sample();
  changed.data = json::parse(R"({"message":["héllo"],"room_id":"r"})").as_object();
  EXPECT_NE(content_hash(changed), base);
  changed = sample();
  changed.reply_to = "x";
  changed.request_id = "req_2";
  EXPECT_EQ(content_hash(changed), base);
}

}  // namespace
}  // namespace parley::chat
