// UTF-8, where a byte more or less makes the difference.
#include <parley/base/utf8.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace parley {
namespace {

constexpr std::array<std::string_view, 12> malformed{"\x80",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x9F\xBF",
                                                     "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                                     "\xC2",         "\xE2\x82",         "\xF0\x9F\x98",     "\xE2\x28\xA1"};

TEST(utf8, refuses_what_is_overlong_cut_off_or_no_code_point) {
  for (const auto text : malformed) {
    EXPECT_FALSE(valid_utf8(text));
    EXPECT_FALSE(valid_utf8("12345678" + std::string(text) + "12345678"));
    auto rest = text;
    EXPECT_FALSE(take_code_point(rest).has_value());
    EXPECT_EQ(rest.size(), text.size()) << "nothing is taken";
  }
}

TEST(utf8, every_code_point_is_written_and_taken_as_itself) {
  for (char32_t point = 0; point <= 0x10FFFF; point += point < 0x3000 ? 1U : 13U) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, point);
    ASSERT_TRUE(valid_utf8(text)) << static_cast<std::uint32_t>(point);
    ASSERT_EQ(utf8_sequence(text), text.size());
    std::string_view rest = text;
    ASSERT_EQ(take_code_point(rest), point);
    ASSERT_TRUE(rest.empty());
  }
}

}  // namespace
}  // namespace parley
