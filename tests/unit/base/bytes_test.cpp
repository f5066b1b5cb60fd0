// Bounds of the byte reader, and hexadecimal.
#include <parley/base/bytes.hpp>

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(byte_reader, reads_big_endian_and_signed) {
  const bytes in{0xFF, 0xFE, 0x00, 0x00, 0x01, 0x02};
  byte_reader reader(in);
  EXPECT_EQ(reader.read<std::int16_t>(), -2);
  EXPECT_EQ(reader.read<std::int32_t>(), 258);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.remaining(), 0U);
}

TEST(byte_reader, fails_for_good_past_the_end) {
  const bytes in{1, 2, 3};
  byte_reader reader(in);
  EXPECT_EQ(reader.read<std::int32_t>(), 0);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.read<std::uint8_t>(), 0);
  EXPECT_TRUE(reader.take(1).empty());
}

TEST(byte_reader, takes_no_negative_or_oversize_length) {
  const bytes in{1, 2, 3};
  EXPECT_TRUE(byte_reader(in).take(-1).empty());
  EXPECT_TRUE(byte_reader(in).take(INT64_MAX).empty());
  byte_reader reader(in);
  EXPECT_EQ(reader.take(3).size(), 3U);
  EXPECT_TRUE(reader.ok());
}

TEST(byte_writer, writes_what_the_reader_reads) {
  bytes out;
  byte_writer writer(out);
  writer.write<std::int32_t>(0);
  writer.write<std::int64_t>(-7);
  writer.append("xy");
  writer.patch_int32(0, 14);
  byte_reader reader(out);
  EXPECT_EQ(reader.read<std::int32_t>(), 14);
  EXPECT_EQ(reader.read<std::int64_t>(), -7);
  EXPECT_EQ(as_text(reader.rest()), "xy");
}

TEST(hex, goes_both_ways_and_refuses_the_rest) {
  EXPECT_EQ(to_hex(bytes{0x00, 0xAB, 0xFF}), "00ABFF");
  EXPECT_EQ(from_hex("00abFF"), (bytes{0x00, 0xAB, 0xFF}));
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("0g").has_value());
}

}  // namespace
}  // namespace parley
