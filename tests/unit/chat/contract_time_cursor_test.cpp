// Timestamps and history cursors, both ways.
#include <parley/chat/contract/cursor.hpp>
#include <parley/chat/contract/timestamp.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace parley::chat {
namespace {

TEST(timestamp, is_rfc_3339_in_utc_with_milliseconds) {
  EXPECT_EQ(format_timestamp(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_timestamp(1704110400123), "2024-01-01T12:00:00.123Z");
  EXPECT_EQ(format_timestamp(-1), "1969-12-31T23:59:59.999Z");
}

TEST(timestamp, reads_what_it_writes) {
  for (const std::int64_t ms : {0LL, -1LL, 1704110400123LL, 951782400000LL, 253402300799999LL, -62167219200000LL}) {
    EXPECT_EQ(parse_timestamp(format_timestamp(ms)), ms);
  }
}

TEST(timestamp, reads_every_form_of_rfc_3339) {
  EXPECT_EQ(parse_timestamp("2024-01-01T12:00:00Z"), 1704110400000);
  EXPECT_EQ(parse_timestamp("2024-01-01t12:00:00z"), 1704110400000);
  EXPECT_EQ(parse_timestamp("2024-01-01 12:00:00Z"), 1704110400000);
  EXPECT_EQ(parse_timestamp("2024-01-01T20:00:00+08:00"), 1704110400000);
  EXPECT_EQ(parse_timestamp("2024-01-01T08:30:00.5-03:30"), 1704110400500);
  EXPECT_EQ(parse_timestamp("2024-01-01T12:00:00.123456789Z"), 1704110400123);
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:60Z"), 1483228799000);
}

TEST(timestamp, refuses_everything_else) {
  for (const auto* text :
       {"", "2024", "2024-01-01", "2024-01-01T12:00:00", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+24:00",
        "2024-01-01T00:00:00+0800", "2024-01-01T00:00:00Z ", "-024-01-01T00:00:00Z", "1704110400000", "yesterday"}) {
    EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
  }
}

TEST(timestamp, outside_its_years_is_the_nearest_in_them) {
  EXPECT_EQ(format_timestamp(std::numeric_limits<std::int64_t>::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_timestamp(std::numeric_limits<std::int64_t>::min()), "0000-01-01T00:00:00.000Z");
}

TEST(history_cursor, holds_room_and_place) {
  for (const std::string room : {"r", "room 1", "聊天室", "a_b", "x'\";--"}) {
    const history_cursor in{.room_id = room, .before_seq = 12345678901};
    const auto text = encode_cursor(in);
    EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"), std::string::npos);
    EXPECT_EQ(decode_cursor(text), in);
  }
}

TEST(history_cursor, refuses_every_other_text) {
  for (const auto* text : {"", "h", "h1", "h1_", "h15_", "h1_72", "h11_72", "h10_72", "h1-5_72", "h1zz_72", "h15_7", "h15_zz",
                           "h25_72", "h15 _72", "h1ffffffffffffffffff_72"}) {
    EXPECT_FALSE(decode_cursor(text).has_value()) << text;
  }
  EXPECT_FALSE(decode_cursor("h15_" + std::string(4000, '7')).has_value());
}

}  // namespace
}  // namespace parley::chat
