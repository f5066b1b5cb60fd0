// Headers as JSON: what is tolerated, what is refused, and how text is escaped.
#include <parley/remoting/codec/header.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::remoting {
namespace {

result<command> read(std::string_view text) { return decode_json_header(as_bytes(text)); }

std::string written(const command& in) {
  bytes out;
  EXPECT_TRUE(encode_json_header(in, out).has_value());
  return std::string(as_text(out));
}

std::string field(std::string_view quoted) {
  const auto in = read(std::string(R"({"code":1,"extFields":{"k":)").append(quoted).append("}}"));
  return in ? std::string(in->fields.text("k")) : "error: " + in.error().message;
}

TEST(json_header, keys_come_in_any_order_and_with_blanks) {
  const auto in = read(" { \"opaque\" : -7 ,\n\"flag\":3,\t\"version\":513, \"language\":\"GO\", \"code\" : 34 } ").value();
  EXPECT_EQ(in.code, 34);
  EXPECT_EQ(in.lang, language::go);
  EXPECT_EQ(in.version, 513);
  EXPECT_EQ(in.opaque, -7);
  EXPECT_TRUE(in.is_response());
  EXPECT_TRUE(in.is_oneway());
  EXPECT_FALSE(in.remark.has_value());
}

TEST(json_header, unknown_keys_are_skipped_whatever_they_hold) {
  const auto in = read(R"({"x":[1,{"y":[null,true,-1.5e3,"}"]},[]],"code":5,"z":{},"serializeTypeCurrentRPC":"JSON"})").value();
  EXPECT_EQ(in.code, 5);
}

TEST(json_header, missing_and_null_members_are_tolerated) {
  EXPECT_EQ(read("{}").value(), (command{.lang = language::other, .version = 0}));
  const auto in = read(R"({"code":null,"language":null,"remark":null,"extFields":null})").value();
  EXPECT_EQ(in.code, 0);
  EXPECT_EQ(in.lang, language::other);
  EXPECT_FALSE(in.remark.has_value());
  EXPECT_FALSE(in.always_write_fields);
}

TEST(json_header, unknown_languages_are_other) {
  EXPECT_EQ(read(R"({"language":"COBOL"})").value().lang, language::other);
  EXPECT_EQ(read(R"({"language":1})").value().lang, language::other);
  EXPECT_EQ(read(R"({"language":"NODE_JS"})").value().lang, language::node_js);
}

TEST(json_header, field_values_of_any_simple_type_become_text) {
  EXPECT_EQ(field("\"5\""), "5");
  EXPECT_EQ(field("5"), "5");
  EXPECT_EQ(field("-1.5E3"), "-1.5E3");
  EXPECT_EQ(field("true"), "true");
  EXPECT_EQ(field("null"), "");
  EXPECT_EQ(read(R"({"extFields":{"k":null}})").value().fields.find("k"), nullptr);
  EXPECT_EQ(field("[]").substr(0, 6), "error:");
  EXPECT_EQ(field("{}").substr(0, 6), "error:");
}

TEST(json_header, the_last_of_a_repeated_field_wins) {
  const auto in = read(R"({"extFields":{"k":"1","k":"2"}})").value();
  EXPECT_EQ(in.fields.size(), 1U);
  EXPECT_EQ(in.fields.text("k"), "2");
}

TEST(json_header, escapes_are_undone) {
  EXPECT_EQ(field(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(field(R"("\u0001\u00e9\u4F60")"), "\x01\u00e9\u4f60");
  EXPECT_EQ(field(R"("\ud83d\ude00")"), "\U0001F600");
  EXPECT_EQ(field("\"\U0001F600\u00e9\""), "\U0001F600\u00e9");
}

class refused_header : public testing::TestWithParam<std::string_view> {};

TEST_P(refused_header, is_malformed) {
  const auto in = read(GetParam());
  ASSERT_TRUE(in.has_error()) << GetParam();
  EXPECT_EQ(in.error().code, errc::malformed);
  EXPECT_NE(in.error().message.find("JSON header"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(json_header, refused_header,
                         testing::Values("", " ", "[]", "null", "{", "{\"code\"", "{\"code\":", "{\"code\":1", "{\"code\":1,}",
                                         "{\"code\":1}x", "{code:1}", "{\"code\":01}", "{\"code\":1.5}", "{\"code\":\"x\"}",
                                         "{\"code\":[]}", "{\"code\":-}", "{\"opaque\":2147483648}", "{\"opaque\":-2147483649}",
                                         "{\"remark\":{}}", "{\"extFields\":[]}", "{\"extFields\":\"x\"}",
                                         "{\"extFields\":{\"k\":\"v\",}}", "{\"x\":tru}", "{\"x\":[1}", "{\"x\":{\"y\"}}",
                                         "{\"x\":\"\\x\"}", "{\"x\":\"\\u12\"}", "{\"x\":\"\\u12G4\"}", "{\"x\":\"\\ud800\"}",
                                         "{\"x\":\"\\ud800\\u0041\"}", "{\"x\":\"\\ud800\\ue000\"}", "{\"x\":\"\\udc00\"}",
                                         "{\"x\":\"a\nb\"}", "{\"x\":\"\xC3\"}", "{\"x\":\"\xC0\x80\"}",
                                         "{\"x\":\"\xED\xA0\x80\"}", "{\"x\":\"\xF4\x90\x80\x80\"}", "{\"x\":\"\xFF\"}",
                                         "{\"x\":\"\\"));

TEST(json_header, nesting_is_bounded) {
  const auto nested = [](std::size_t depth) {
    return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + ",\"code\":3}";
  };
  EXPECT_EQ(read(nested(32)).value().code, 3);
  EXPECT_TRUE(read(nested(33)).has_error());
  EXPECT_TRUE(read("{\"x\":" + std::string(1'000'000, '[')).has_error());
}

TEST(json_header, the_number_of_fields_is_bounded) {
  const auto with_fields = [](std::size_t count) {
    std::string text = R"({"extFields":{)";
    for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    return text + "}}";
  };
  EXPECT_EQ(read(with_fields(header_fields_max)).value().fields.size(), header_fields_max);
  EXPECT_TRUE(read(with_fields(header_fields_max + 1)).has_error());
}

TEST(json_header, is_written_as_java_expects_it) {
  command out{.code = 310, .version = 477, .opaque = 2};
  EXPECT_EQ(written(out), R"({"code":310,"language":"CPP","version":477,"opaque":2,"flag":0})");
  out.remark = "";
  out.fields.set("k", 1);
  EXPECT_EQ(written(out), R"({"code":310,"language":"CPP","version":477,"opaque":2,"flag":0,"remark":"","extFields":{"k":"1"}})");
  const command empty{.code = 0, .version = 1, .always_write_fields = true};
  EXPECT_EQ(written(empty), R"({"code":0,"language":"CPP","version":1,"opaque":0,"flag":0,"extFields":{}})");
}

TEST(json_header, text_is_escaped_where_it_must_be) {
  command out{.code = 1, .version = 1};
  out.remark = "a\"b\\c\x01\x1f\b\f\n\r\t\u00e9\U0001F600/";
  EXPECT_NE(written(out).find("\"a\\\"b\\\\c\\u0001\\u001f\\b\\f\\n\\r\\t\u00e9\U0001F600/\""), std::string::npos);
  EXPECT_EQ(decode_json_header(as_bytes(written(out))).value(), out);
}

TEST(json_header, text_that_is_not_utf8_is_not_written) {
  command out{.code = 1};
  out.fields.set("k", "\xFF");
  bytes buffer;
  const auto done = encode_json_header(out, buffer);
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, errc::invalid_argument);
}

TEST(json_header, escapes_and_finds_every_byte_at_every_place_of_a_word) {
  for (int byte = 0; byte < 0x80; ++byte) {
    for (std::size_t at = 0; at < 24; ++at) {
      std::string text(24, 'x');
      text[at] = static_cast<char>(byte);
      command sent{.code = 1};
      sent.fields.set("k", text);
      sent.remark = text.substr(0, at + 1);
      bytes wire;
      ASSERT_TRUE(encode_json_header(sent, wire));
      const auto got = decode_json_header(wire);
      ASSERT_TRUE(got) << byte << " at " << at;
      ASSERT_EQ(got->fields.text("k"), text);
      ASSERT_EQ(got->remark, sent.remark);
    }
  }
}

TEST(json_header, refuses_bytes_that_are_no_utf8_wherever_they_stand) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'x');
    text[at] = '\x80';
    command sent{.code = 1};
    sent.fields.set("k", text);
    bytes wire;
    EXPECT_FALSE(encode_json_header(sent, wire)) << at;
    const std::string raw = "{\"code\":1,\"extFields\":{\"k\":\"" + text + "\"}}";
    EXPECT_FALSE(decode_json_header(as_bytes(raw))) << at;
  }
}

}  // namespace
}  // namespace parley::remoting
