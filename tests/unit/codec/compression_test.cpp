// Compression: round trips, bounds during inflation, damaged input.
#include <parley/base/limits.hpp>
#include <parley/base/random.hpp>
#include <parley/remoting/codec/compression.hpp>
#include <parley/remoting/codec/message.hpp>

#include <gtest/gtest.h>

namespace parley::remoting {
namespace {

bytes noise(std::size_t size) {
  random_source random(7);
  bytes out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random.below(256));
  return out;
}

class each_compression : public testing::TestWithParam<compression> {};
INSTANTIATE_TEST_SUITE_P(compression, each_compression, testing::Values(compression::zlib, compression::lz4, compression::zstd));

TEST_P(each_compression, gives_back_what_it_took) {
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 300'000U}) {
    const auto in = noise(size);
    EXPECT_EQ(inflate(deflate(in, GetParam()).value(), GetParam(), size).value(), in) << size;
  }
}

TEST_P(each_compression, stops_one_byte_past_the_bound) {
  const bytes in(1'000'000, 'z');
  const auto small = deflate(in, GetParam()).value();
  EXPECT_LT(small.size(), in.size() / 50);
  EXPECT_EQ(inflate(small, GetParam(), in.size()).value(), in);
  for (const std::size_t limit : {in.size() - 1, std::size_t{4096}, std::size_t{1}, std::size_t{0}}) {
    const auto out = inflate(small, GetParam(), limit);
    ASSERT_TRUE(out.has_error()) << limit;
    EXPECT_EQ(out.error().code, errc::too_large);
  }
}

TEST_P(each_compression, no_body_passes_the_bound_of_all) {
  const auto small = deflate(bytes(limits::inflated_body_bytes), GetParam()).value();
  EXPECT_TRUE(inflate(small, GetParam(), SIZE_MAX).has_value());
  EXPECT_EQ(deflate(bytes(limits::inflated_body_bytes + 1), GetParam()).error().code, errc::too_large);
}

TEST_P(each_compression, every_truncation_is_malformed) {
  const auto whole = deflate(noise(200), GetParam()).value();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto out = inflate(byte_view(whole).first(size), GetParam(), 1000);
    ASSERT_TRUE(out.has_error()) << size;
    EXPECT_EQ(out.error().code, errc::malformed);
  }
}

TEST_P(each_compression, noise_does_not_inflate) { EXPECT_TRUE(inflate(noise(1000), GetParam(), 100'000).has_error()); }

TEST(compression, levels_are_checked) {
  EXPECT_EQ(deflate({}, compression::zlib, 0).error().code, errc::invalid_argument);
  EXPECT_EQ(deflate({}, compression::zlib, 10).error().code, errc::invalid_argument);
}

TEST(compression, flags_name_their_compression) {
  for (const auto kind : {compression::zlib, compression::lz4, compression::zstd}) {
    EXPECT_EQ(compression_of(flags_of(kind)).value(), kind);
  }
  EXPECT_EQ(compression_of(sys_flag::compressed).value(), compression::zlib);
  EXPECT_EQ(compression_of(0x500).error().code, errc::malformed);
}

TEST(compress_for_send, takes_large_bodies_that_shrink) {
  bytes body(compress_from_bytes, 'a');
  std::int32_t flags = 4;
  compress_for_send(body, flags);
  EXPECT_LT(body.size(), 100U);
  EXPECT_EQ(flags, 4 | 0x301);
}

TEST(compress_for_send, leaves_small_and_dense_bodies_alone) {
  bytes small(compress_from_bytes - 1, 'a');
  auto dense = noise(10'000);
  const auto before = dense;
  std::int32_t flags = 0;
  compress_for_send(small, flags);
  compress_for_send(dense, flags);
  EXPECT_EQ(small.size(), compress_from_bytes - 1);
  EXPECT_EQ(dense, before);
  EXPECT_EQ(flags, 0);
}

TEST(body_crc, is_zlibs_without_the_top_bit) {
  EXPECT_EQ(body_crc(as_bytes("hello")), 907060870);
  EXPECT_EQ(body_crc(as_bytes("123456789")), 0x4BF43926) << "CBF43926 without its top bit";
  EXPECT_EQ(body_crc({}), 0);
}

}  // namespace
}  // namespace parley::remoting
