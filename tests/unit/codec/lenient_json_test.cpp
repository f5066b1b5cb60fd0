// Java's JSON made standard.
#include <parley/remoting/codec/lenient_json.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::remoting {
namespace {

std::string standard(std::string_view in) {
  const auto out = to_standard_json(as_bytes(in));
  return out ? *out : "error: " + out.error().message;
}

bool refused(std::string_view in) {
  const auto out = to_standard_json(as_bytes(in));
  return out.has_error() && out.error().code == errc::malformed;
}

TEST(lenient_json, standard_json_stays_as_it_is) {
  for (const std::string_view text : {R"({"a":[1,-2.5e3,true,null,"x\"}{\\"],"b":{}})", R"([])", R"("x")", R"([{"0":{}},[[]]])",
                                      R"({"a":{"b":[{"c":1},2]},"d":3})", ""}) {
    EXPECT_EQ(standard(text), text);
  }
}

TEST(lenient_json, blanks_between_tokens_go) { EXPECT_EQ(standard(" { \"a b\" :\n[ 1 ,\t2 ] } "), R"({"a b":[1,2]})"); }

TEST(lenient_json, bare_numbers_become_keys) {
  EXPECT_EQ(standard(R"({0:"a",-1:{10:1}})"), R"({"0":"a","-1":{"10":1}})");
  EXPECT_EQ(standard(R"({"t@g":{0:4,1:3}})"), R"({"t@g":{"0":4,"1":3}})");
}

TEST(lenient_json, objects_become_keys) {
  EXPECT_EQ(standard(R"({{"brokerName":"b","queueId":0}:7,{"x":"q\"\\"}:[1]})"),
            R"({"{\"brokerName\":\"b\",\"queueId\":0}":7,"{\"x\":\"q\\\"\\\\\"}":[1]})");
  EXPECT_EQ(standard("{ { \"a\" : { \"b\" : [1] } } : 1 }"), R"({"{\"a\":{\"b\":[1]}}":1})");
  EXPECT_EQ(standard("{{0:1}:2}"), R"({"{\"0\":1}":2})");
}

TEST(lenient_json, an_object_key_within_an_object_key_is_refused) { EXPECT_TRUE(refused(R"({{{"a":1}:2}:3})")); }

TEST(lenient_json, what_cannot_be_a_key_is_refused) {
  for (const std::string_view wrong :
       {"{a:1}", "{[1]:2}", "{:1}", "{,}", "{true:1}", "{{", "{\"a\":1", "}", "{]", "[}", "{\"a", "\"", "{\"a\\"}) {
    EXPECT_TRUE(refused(wrong)) << wrong;
  }
}

TEST(lenient_json, nesting_is_bounded) {
  EXPECT_EQ(standard(std::string(32, '[') + std::string(32, ']')).size(), 64U);
  EXPECT_TRUE(refused(std::string(33, '[') + std::string(33, ']')));
  EXPECT_TRUE(refused(std::string(1'000'000, '[')));
  EXPECT_TRUE(refused(std::string(1'000'000, '{')));
}

TEST(lenient_json, a_string_hides_what_looks_like_keys) {
  EXPECT_EQ(standard(R"({"a":"{0:1,{}","b":"\\"})"), R"({"a":"{0:1,{}","b":"\\"})");
}

}  // namespace
}  // namespace parley::remoting
