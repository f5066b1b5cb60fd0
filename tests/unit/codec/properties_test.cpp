// Properties and the corner cases in which Java's reading decides.
#include <parley/base/limits.hpp>
#include <parley/remoting/codec/message.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::remoting {
namespace {

using namespace std::string_literals;

message_properties of(std::initializer_list<std::pair<std::string_view, std::string_view>> in) {
  message_properties out;
  for (const auto& [key, value] : in) out.set(key, value);
  return out;
}

TEST(properties, are_written_with_a_separator_behind_each) {
  EXPECT_EQ(encode_properties(of({{"TAGS", "a"}, {"KEYS", "k1 k2"}})).value(),
            "TAGS\x01"
            "a\x02KEYS\x01k1 k2\x02");
  EXPECT_EQ(encode_properties({}).value(), "");
}

TEST(properties, empty_values_are_left_out) {
  EXPECT_EQ(encode_properties(of({{"a", ""}, {"b", "c"}})).value(),
            "b\x01"
            "c\x02");
}

TEST(properties, control_characters_and_empty_names_are_refused) {
  EXPECT_EQ(encode_properties(of({{"a\x01", "b"}})).error().code, errc::invalid_argument);
  EXPECT_EQ(encode_properties(of({{"a", "b\x02"}})).error().code, errc::invalid_argument);
  EXPECT_EQ(encode_properties(of({{"a",
                                   "b\x01"
                                   "c"}}))
                .error()
                .code,
            errc::invalid_argument);
  EXPECT_EQ(encode_properties(of({{"", "b"}})).error().code, errc::invalid_argument);
}

TEST(properties, the_block_is_bounded) {
  // One byte of name and two separators stand beside the value.
  EXPECT_EQ(encode_properties(of({{"a", std::string(limits::properties_bytes - 3, 'x')}})).value().size(), limits::properties_bytes);
  EXPECT_EQ(encode_properties(of({{"a", std::string(limits::properties_bytes - 2, 'x')}})).error().code, errc::too_large);
}

TEST(properties, the_last_separator_may_be_missing) {
  EXPECT_EQ(decode_properties("a\x01"
                              "b"),
            of({{"a", "b"}}));
}

TEST(properties, items_without_name_or_value_are_dropped) {
  EXPECT_EQ(decode_properties("a\x02"
                              "\x01v\x02"
                              "b\x01\x02"
                              "\x02\x02"
                              "c\x01"
                              "d\x02"),
            of({{"c", "d"}}));
  EXPECT_TRUE(decode_properties("\x01").empty());
  EXPECT_TRUE(decode_properties("").empty());
}

TEST(properties, more_name_separators_stay_in_the_value) {
  EXPECT_EQ(decode_properties("a\x01"
                              "b\x01"
                              "c\x02")
                .text("a"),
            "b\x01"
            "c");
  EXPECT_EQ(decode_properties("a\x01\x01\x02").text("a"), "\x01");
}

TEST(properties, the_last_of_a_repeated_name_wins) {
  EXPECT_EQ(decode_properties("a\x01"
                              "1\x02"
                              "b\x01"
                              "2\x02"
                              "a\x01"
                              "3\x02"),
            of({{"a", "3"}, {"b", "2"}}));
}

TEST(properties, thousands_of_names_are_read_in_order_and_once) {
  std::string text;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5000; ++i) text += std::to_string(i) + "\x01" + std::to_string(round) + "\x02";
  }
  const auto in = decode_properties(text);
  ASSERT_EQ(in.size(), 5000U);
  EXPECT_EQ(in.begin()->first, "0");
  EXPECT_EQ(in.begin()->second, "1");
  EXPECT_EQ(in.text("4999"), "1");
}

TEST(properties, erase_and_find) {
  auto in = of({{"a", "1"}, {"b", "2"}});
  in.erase("a");
  in.erase("absent");
  EXPECT_EQ(in.find("a"), nullptr);
  EXPECT_EQ(in.text("b"), "2");
}

TEST(properties, any_text_but_the_separators_survives) {
  const auto in = of({{"k\u00e9", "v \U0001F600\n\x00"s}, {"x", std::string("\xFF")}});
  EXPECT_EQ(decode_properties(encode_properties(in).value()), in);
}

}  // namespace
}  // namespace parley::remoting
