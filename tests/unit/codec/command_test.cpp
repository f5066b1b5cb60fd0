// Header fields and their conversions.
#include <parley/remoting/codec/command.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace parley::remoting {
namespace {

TEST(ext_fields, set_replaces_and_keeps_the_place) {
  ext_fields fields;
  fields.set("a", 1);
  fields.set("b", true);
  fields.set("a", "x");
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields.begin()->first, "a");
  EXPECT_EQ(fields.text("a"), "x");
  EXPECT_EQ(fields.text("b"), "true");
  EXPECT_EQ(fields.find("c"), nullptr);
  EXPECT_EQ(fields.text("c"), "");
}

TEST(ext_fields, integers_are_read_as_java_reads_them) {
  ext_fields fields;
  fields.set("max", std::numeric_limits<std::int64_t>::max());
  fields.set("min", std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(fields.int64("max"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(fields.int64("min"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(fields.int32("max"), std::nullopt);
  for (const char* wrong : {"", "+", "-", "+-1", "1x", " 1", "1.0", "9223372036854775808"}) {
    fields.set("n", wrong);
    EXPECT_EQ(fields.int64("n"), std::nullopt) << wrong;
  }
  fields.set("n", "+7");
  EXPECT_EQ(fields.int64("n"), 7);
  fields.set("n", "007");
  EXPECT_EQ(fields.int32("n"), 7);
}

TEST(ext_fields, booleans_are_read_as_java_reads_them) {
  ext_fields fields;
  fields.set("yes", "TRUE");
  fields.set("no", "1");
  EXPECT_EQ(fields.boolean("yes"), true);
  EXPECT_EQ(fields.boolean("no"), false);
  EXPECT_EQ(fields.boolean("absent"), std::nullopt);
}

TEST(respond_to, keeps_opaque_and_header_type) {
  const command request{.code = 11, .opaque = -5, .flag = command::oneway_flag, .type = header_type::binary};
  const auto response = respond_to(request, 19, "NO_NEW_MSG");
  EXPECT_EQ(response.code, 19);
  EXPECT_EQ(response.opaque, -5);
  EXPECT_TRUE(response.is_response());
  EXPECT_FALSE(response.is_oneway());
  EXPECT_EQ(response.type, header_type::binary);
  EXPECT_EQ(response.remark, "NO_NEW_MSG");
  EXPECT_FALSE(respond_to(request, 0).remark.has_value());
}

}  // namespace
}  // namespace parley::remoting
