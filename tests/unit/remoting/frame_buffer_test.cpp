// Framing of a byte stream in any pieces, with memory bounded by what was received.
#include <parley/base/random.hpp>
#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/exchange/frame_buffer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parley::remoting {
namespace {

bytes frame_of(std::size_t body, std::int32_t opaque) {
  command in{.code = 10, .opaque = opaque};
  in.body.assign(body, static_cast<std::uint8_t>(opaque));
  bytes out;
  EXPECT_TRUE(encode_frame(in, out));
  return out;
}

std::vector<bytes> take_all(frame_buffer& from) {
  std::vector<bytes> out;
  while (true) {
    auto frame = from.next();
    EXPECT_TRUE(frame) << frame.error().message;
    if (!frame || !*frame) return out;
    out.emplace_back((*frame)->begin(), (*frame)->end());
  }
}

void expect_frames_in_pieces(const std::vector<bytes>& frames, std::size_t most_piece, random_source random) {
  bytes stream;
  for (const auto& one : frames) stream.insert(stream.end(), one.begin(), one.end());
  frame_buffer buffer;
  std::vector<bytes> got;
  byte_view rest(stream);
  while (!rest.empty()) {
    const auto piece = rest.first(std::min<std::size_t>(rest.size(), 1 + random.below(most_piece)));
    buffer.feed(piece);
    rest = rest.subspan(piece.size());
    for (auto& one : take_all(buffer)) got.push_back(std::move(one));
  }
  ASSERT_EQ(got, frames);
  EXPECT_EQ(buffer.size(), 0U);
}

TEST(frame_buffer, yields_the_same_frames_however_the_bytes_come) {
  std::vector<bytes> small;
  std::vector<bytes> mixed;
  for (std::int32_t i = 0; i < 40; ++i) {
    small.push_back(frame_of(static_cast<std::size_t>(i), i));
    mixed.push_back(frame_of(static_cast<std::size_t>(i * i * 50), i));
  }
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    random_source random(seed);
    expect_frames_in_pieces(small, 1 + random.below(9), random);
    expect_frames_in_pieces(mixed, 1 + random.below(200'000), random);
  }
}

TEST(frame_buffer, a_length_prefix_alone_allocates_nothing_of_that_size) {
  frame_buffer buffer;
  bytes start;
  byte_writer(start).write<std::int32_t>(16 * 1024 * 1024 - 4);
  buffer.feed(start);
  EXPECT_FALSE(buffer.next().value().has_value());
  EXPECT_LE(buffer.capacity(), 64U * 1024);
}

TEST(frame_buffer, memory_stays_within_twice_what_was_received_and_comes_back) {
  frame_buffer buffer;
  const auto large = frame_of(3'000'000, 1);
  std::size_t fed = 0;
  while (fed < large.size()) {
    const auto count = std::min<std::size_t>(1000, large.size() - fed);
    buffer.feed(byte_view(large).subspan(fed, count));
    fed += count;
    ASSERT_LE(buffer.capacity(), 2 * fed + 64 * 1024) << fed;
    if (fed < large.size()) {
      ASSERT_FALSE(buffer.next().value().has_value());
    }
  }
  EXPECT_EQ(take_all(buffer), std::vector<bytes>{large});
  (void)buffer.prepare();
  EXPECT_LE(buffer.capacity(), 256U * 1024);
}

TEST(frame_buffer, refuses_impossible_lengths_for_good) {
  for (const std::int32_t length : {-1, -2147483647 - 1, 0, 3, 2147483647, 16 * 1024 * 1024}) {
    frame_buffer buffer;
    bytes start;
    byte_writer(start).write(length);
    buffer.feed(start);
    const auto first = buffer.next();
    ASSERT_FALSE(first) << length;
    EXPECT_EQ(first.error().code, length < 4 ? errc::malformed : errc::too_large) << length;
    buffer.feed(start);
    EXPECT_EQ(buffer.next().error(), first.error());
    EXPECT_LE(buffer.capacity(), 64U * 1024);
  }
}

TEST(frame_buffer, keeps_to_a_bound_of_its_own) {
  frame_buffer buffer(1000);
  buffer.feed(frame_of(10, 1));
  EXPECT_EQ(take_all(buffer).size(), 1U);
  buffer.feed(frame_of(1000, 1));
  EXPECT_EQ(buffer.next().error().code, errc::too_large);
}

}  // namespace
}  // namespace parley::remoting
