// Frames: both header types, lengths that lie, bounds.
#include <parley/base/limits.hpp>
#include <parley/remoting/codec/frame.hpp>

#include <gtest/gtest.h>

namespace parley::remoting {
namespace {

command sample(header_type type) {
  command out{.code = 310, .opaque = 7, .body = {1, 2, 3}, .type = type};
  out.remark = "hello";
  out.fields.set("a", "group");
  return out;
}

bytes written(const command& in) {
  bytes out;
  EXPECT_TRUE(encode_frame(in, out).has_value());
  return out;
}

class both_types : public testing::TestWithParam<header_type> {};
INSTANTIATE_TEST_SUITE_P(frame, both_types, testing::Values(header_type::json, header_type::binary));

TEST_P(both_types, is_read_as_it_was_written) {
  EXPECT_EQ(decode_frame(written(sample(GetParam()))).value(), sample(GetParam()));
}

TEST_P(both_types, every_truncation_is_an_error) {
  const auto raw = written(sample(GetParam()));
  for (std::size_t size = 0; size < raw.size(); ++size) {
    EXPECT_TRUE(decode_frame(byte_view(raw).first(size)).has_error()) << size;
  }
}

TEST_P(both_types, a_frame_cut_short_with_a_length_that_agrees_is_an_error_within_its_header) {
  const auto whole = sample(GetParam());
  const auto raw = written(whole);
  for (std::size_t size = 4; size < raw.size() - whole.body.size(); ++size) {
    bytes cut(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(size));
    byte_writer(cut).patch_int32(0, static_cast<std::uint32_t>(size - 4));
    EXPECT_TRUE(decode_frame(cut).has_error()) << size;
  }
}

TEST(frame, size_is_known_from_four_bytes) {
  const auto raw = written(sample(header_type::json));
  for (std::size_t size = 0; size < 4; ++size) EXPECT_EQ(frame_size(byte_view(raw).first(size)).value(), 0U);
  EXPECT_EQ(frame_size(byte_view(raw).first(4)).value(), raw.size());
}

TEST(frame, impossible_lengths_are_told_apart) {
  EXPECT_EQ(frame_size(bytes{0, 0, 0, 3}).error().code, errc::malformed);
  EXPECT_EQ(frame_size(bytes{0x80, 0, 0, 0}).error().code, errc::malformed);
  EXPECT_EQ(frame_size(bytes{0xFF, 0xFF, 0xFF, 0xFF}).error().code, errc::malformed);
  EXPECT_EQ(frame_size(bytes{0x00, 0xFF, 0xFF, 0xFC}).value(), limits::frame_bytes);
  EXPECT_EQ(frame_size(bytes{0x00, 0xFF, 0xFF, 0xFD}).error().code, errc::too_large);
  EXPECT_EQ(frame_size(bytes{0x16, 0x03, 0x01, 0x02}).error().code, errc::too_large) << "a TLS hello";
}

TEST(frame, a_header_longer_than_the_frame_is_malformed) {
  auto raw = written(sample(header_type::json));
  raw[5] = 0xFF;
  EXPECT_EQ(decode_frame(raw).error().code, errc::malformed);
}

TEST(frame, an_unknown_header_type_is_malformed) {
  auto raw = written(sample(header_type::json));
  raw[4] = 2;
  const auto in = decode_frame(raw);
  ASSERT_TRUE(in.has_error());
  EXPECT_EQ(in.error().code, errc::malformed);
}

TEST(frame, the_whole_of_a_frame_is_bounded) {
  command out{.code = 10, .body = bytes(limits::frame_bytes)};
  bytes buffer{42};
  const auto done = encode_frame(out, buffer);
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, errc::too_large);
  EXPECT_EQ(buffer, bytes{42}) << "what was there before is left alone";
  const auto header = written({.code = 10}).size();
  out.body.resize(limits::frame_bytes - header);
  EXPECT_EQ(written(out).size(), limits::frame_bytes);
}

TEST(frame, frames_are_appended_one_behind_the_other) {
  bytes buffer;
  ASSERT_TRUE(encode_frame(sample(header_type::json), buffer).has_value());
  const auto first = buffer.size();
  ASSERT_TRUE(encode_frame(sample(header_type::binary), buffer).has_value());
  EXPECT_EQ(decode_frame(byte_view(buffer).first(first)).value(), sample(header_type::json));
  EXPECT_EQ(decode_frame(byte_view(buffer).subspan(first)).value(), sample(header_type::binary));
}

TEST(frame, a_field_that_is_not_utf8_leaves_the_buffer_alone) {
  command out{.code = 10};
  out.fields.set("topic", "\xFE");
  bytes buffer{1};
  EXPECT_TRUE(encode_frame(out, buffer).has_error());
  EXPECT_EQ(buffer, bytes{1});
}

}  // namespace
}  // namespace parley::remoting
