// Tags: Java's hash, expressions, the exact comparison.
#include <parley/remoting/codec/tags.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace parley::remoting {
namespace {

TEST(java_hash, counts_utf16_units) {
  EXPECT_EQ(java_hash("TagA"), 2598919);
  EXPECT_EQ(java_hash("TagB"), 2598920);
  EXPECT_EQ(java_hash(""), 0);
  EXPECT_EQ(java_hash("f5a5a608"), 0) << "a text with the hash of no tag";
  EXPECT_EQ(java_hash("polygenelubricants"), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(java_hash("\u00e9"), 233);
  EXPECT_EQ(java_hash("\u6807\u7b7e"), 857175);
  EXPECT_EQ(java_hash("\U0001F600"), 1772899);
}

TEST(java_hash, takes_bytes_that_are_not_utf8_as_replaced) { EXPECT_EQ(java_hash("\xFF"), 0xFFFD); }

TEST(tag_expression, of_everything_has_no_tags) {
  for (const char* all : {"*", "", "  ", " * "}) {
    const auto out = parse_tag_expression("t", all).value();
    EXPECT_EQ(out.expression, "*");
    EXPECT_TRUE(out.tags.empty());
    EXPECT_TRUE(out.codes.empty());
    EXPECT_TRUE(matches(out, ""));
    EXPECT_TRUE(matches(out, "any"));
  }
}

TEST(tag_expression, is_split_and_trimmed) {
  const auto out = parse_tag_expression("t", " TagA||  TagB ||TagA|| || x y", 9).value();
  EXPECT_EQ(out.topic, "t");
  EXPECT_EQ(out.sub_version, 9);
  EXPECT_EQ(out.expression, " TagA||  TagB ||TagA|| || x y");
  EXPECT_EQ(out.tags, (std::vector<std::string>{"TagA", "TagB", "x y"}));
  EXPECT_EQ(out.codes, (std::vector<std::int32_t>{2598919, 2598920, java_hash("x y")}));
  EXPECT_EQ(out.expression_type, "TAG");
}

TEST(tag_expression, tags_of_one_hash_share_a_code) {
  const auto out = parse_tag_expression("t", "Aa || BB").value();
  EXPECT_EQ(out.tags.size(), 2U);
  EXPECT_EQ(out.codes.size(), 1U);
}

TEST(tag_expression, of_bars_alone_is_refused) {
  for (const char* none : {"||", " || ", "||||"}) {
    EXPECT_EQ(parse_tag_expression("t", none).error().code, errc::invalid_argument) << none;
  }
}

TEST(tag_expression, single_bars_belong_to_the_tag) {
  EXPECT_EQ(parse_tag_expression("t", "a|b").value().tags, std::vector<std::string>{"a|b"});
}

TEST(tag_match, is_exact_where_hashes_collide) {
  const auto out = parse_tag_expression("t", "Aa").value();
  EXPECT_EQ(java_hash("Aa"), java_hash("BB"));
  EXPECT_TRUE(matches(out, "Aa"));
  EXPECT_FALSE(matches(out, "BB"));
  EXPECT_FALSE(matches(out, ""));
}

}  // namespace
}  // namespace parley::remoting
