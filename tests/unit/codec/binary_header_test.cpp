// Headers in binary: absence, widths, and lengths that lie.
#include <parley/remoting/codec/header.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::remoting {
namespace {

bytes written(const command& in) {
  bytes out;
  EXPECT_TRUE(encode_binary_header(in, out).has_value());
  return out;
}

errc write_error(const command& in) {
  bytes out;
  const auto done = encode_binary_header(in, out);
  return done ? errc::internal : done.error().code;
}

command sample() {
  command out{.code = 30, .lang = language::go, .version = 513, .opaque = -2, .flag = 1, .type = header_type::binary};
  out.remark = "r\u00e9";
  out.fields.set("topic", "t");
  out.fields.set("queueId", 0);
  return out;
}

TEST(binary_header, is_read_as_it_was_written) { EXPECT_EQ(decode_binary_header(written(sample())).value(), sample()); }

TEST(binary_header, strings_of_no_length_are_absent) {
  auto out = sample();
  out.remark = "";
  out.fields.set("empty", "");
  const auto in = decode_binary_header(written(out)).value();
  EXPECT_FALSE(in.remark.has_value());
  EXPECT_EQ(in.fields.find("empty"), nullptr);
  EXPECT_EQ(in.fields.size(), 2U);
}

TEST(binary_header, the_language_is_a_byte_and_may_be_unknown) {
  auto raw = written(sample());
  raw[2] = 200;
  EXPECT_EQ(decode_binary_header(raw).value().lang, language::other);
}

TEST(binary_header, what_does_not_fit_is_not_written) {
  EXPECT_EQ(write_error({.code = 200050}), errc::invalid_argument);
  EXPECT_EQ(write_error({.code = 1, .version = 40000}), errc::invalid_argument);
  command out{.code = 1};
  out.fields.set(std::string(32768, 'k'), "v");
  EXPECT_EQ(write_error(out), errc::invalid_argument);
  command not_utf8{.code = 1};
  not_utf8.fields.set("k", "\xC3(");
  EXPECT_EQ(write_error(not_utf8), errc::invalid_argument);
  EXPECT_EQ(write_error({.code = 1, .remark = "\xFF"}), errc::invalid_argument);
}

TEST(binary_header, every_truncation_is_malformed) {
  const auto raw = written(sample());
  for (std::size_t size = 0; size < raw.size(); ++size) {
    const auto in = decode_binary_header(byte_view(raw).first(size));
    ASSERT_TRUE(in.has_error()) << size;
    EXPECT_EQ(in.error().code, errc::malformed);
  }
}

TEST(binary_header, bytes_left_over_are_malformed) {
  auto raw = written(sample());
  raw.push_back(0);
  EXPECT_TRUE(decode_binary_header(raw).has_error());
}

TEST(binary_header, lengths_that_lie_are_malformed) {
  const auto good = written({.code = 1, .fields = sample().fields});
  constexpr std::size_t remark_at = 13;
  constexpr std::size_t fields_at = 17;
  for (const auto at : {remark_at, fields_at, fields_at + 4}) {
    for (const std::uint8_t byte : bytes{0x7F, 0xFF}) {
      auto raw = good;
      raw[at] = byte;
      EXPECT_TRUE(decode_binary_header(raw).has_error()) << at;
    }
  }
}

TEST(binary_header, text_that_is_not_utf8_is_malformed) {
  auto out = sample();
  out.fields.set("topic", "x");
  auto raw = written(out);
  raw.back() = 0xFF;
  EXPECT_TRUE(decode_binary_header(raw).has_error());
}

TEST(binary_header, the_number_of_fields_is_bounded) {
  command out{.code = 1};
  for (std::size_t i = 0; i < header_fields_max; ++i) out.fields.set("k" + std::to_string(i), 1);
  EXPECT_EQ(decode_binary_header(written(out)).value().fields.size(), header_fields_max);
  out.fields.set("more", 1);
  EXPECT_TRUE(decode_binary_header(written(out)).has_error());
}

}  // namespace
}  // namespace parley::remoting
