// Stored messages: every field, every truncation, compressed bodies and bombs.
#include "golden.hpp"

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/compression.hpp>
#include <parley/remoting/codec/message.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::remoting {
namespace {

stored_message sample() {
  stored_message out{.topic = "topic",
                     .queue_id = 3,
                     .flag = -1,
                     .queue_offset = 1LL << 40,
                     .physical_offset = 77,
                     .born_timestamp_ms = 1700000000000,
                     .store_timestamp_ms = 1700000000001,
                     .reconsume_times = 2,
                     .prepared_transaction_offset = 5,
                     .body = {'b', 'o', 'd', 'y'}};
  out.born_host = {.address = {10, 0, 0, 1}, .port = 1234};
  out.store_host = {.address = {127, 0, 0, 1}, .port = 10911};
  out.properties.set("TAGS", "a");
  return out;
}

bytes written(const stored_message& in) {
  bytes out;
  const auto done = encode_message(in, out);
  EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
  return out;
}

result<stored_message> read(byte_view raw, decode_options options = {}) {
  byte_reader in(raw);
  return decode_message(in, options);
}

TEST(message, is_read_as_it_was_written) { EXPECT_EQ(read(written(sample())).value(), sample()); }

TEST(message, ipv6_hosts_set_their_bits) {
  auto out = sample();
  out.store_host = {.ipv6 = true, .port = 1};
  out.store_host.address[15] = 9;
  out.sys_flag = sys_flag::born_host_v6;
  auto in = read(written(out)).value();
  EXPECT_EQ(in.sys_flag, sys_flag::store_host_v6) << "the hosts decide, not the bits given";
  in.sys_flag = out.sys_flag;
  EXPECT_EQ(in, out);
}

TEST(message, topics_past_a_byte_use_the_second_form) {
  auto out = sample();
  out.topic = std::string(127, 't');
  EXPECT_EQ(written(out)[7], 0xA7);
  out.topic = std::string(255, 't');
  EXPECT_EQ(written(out)[7], 0xAB);
  EXPECT_EQ(read(written(out)).value(), out);
  out.topic.push_back('t');
  bytes buffer;
  EXPECT_EQ(encode_message(out, buffer).error().code, errc::invalid_argument);
  out.topic.clear();
  EXPECT_EQ(encode_message(out, buffer).error().code, errc::invalid_argument);
  EXPECT_TRUE(buffer.empty());
}

TEST(message, every_truncation_is_malformed) {
  const auto raw = written(sample());
  for (std::size_t size = 0; size < raw.size(); ++size) {
    const auto in = read(byte_view(raw).first(size));
    ASSERT_TRUE(in.has_error()) << size;
    EXPECT_EQ(in.error().code, errc::malformed);
  }
}

TEST(message, a_record_cut_short_with_a_size_that_agrees_is_malformed) {
  const auto raw = written(sample());
  for (std::size_t size = 4; size < raw.size(); ++size) {
    bytes cut(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(size));
    byte_writer(cut).patch_int32(0, static_cast<std::uint32_t>(size));
    EXPECT_TRUE(read(cut).has_error()) << size;
  }
}

TEST(message, the_error_says_what_and_where) {
  auto raw = written(sample());
  raw[4] = 0;
  EXPECT_NE(read(raw).error().message.find("magic is 00A320A7"), std::string::npos);
  raw = written(sample());
  raw[84] = 0x7F;  // the body's length
  EXPECT_NE(read(raw).error().message.find("the body's length"), std::string::npos);
  raw = written(sample());
  raw[92] = 0x85;  // the topic's length, negative
  EXPECT_NE(read(raw).error().message.find("the topic's length"), std::string::npos);
  raw = written(sample());
  raw[98] = 0x80;  // the properties' length, negative
  EXPECT_NE(read(raw).error().message.find("the properties' length"), std::string::npos);
}

TEST(message, a_damaged_body_is_noticed_unless_told_not_to) {
  auto raw = written(sample());
  raw[88] ^= 1;
  EXPECT_EQ(read(raw).error().code, errc::malformed);
  EXPECT_EQ(read(raw, {.check_crc = false}).value().body[0], 'b' ^ 1);
}

TEST(message, bytes_left_over_in_the_record_are_malformed) {
  auto raw = written(sample());
  raw.push_back(0);
  byte_writer(raw).patch_int32(0, static_cast<std::uint32_t>(raw.size()));
  EXPECT_EQ(read(raw).error().code, errc::malformed);
}

TEST(message, only_one_record_is_taken) {
  auto raw = written(sample());
  const auto size = raw.size();
  raw.insert(raw.end(), {1, 2, 3});
  byte_reader in(raw);
  ASSERT_TRUE(decode_message(in).has_value());
  EXPECT_EQ(in.remaining(), raw.size() - size);
}

class compressed_message : public testing::TestWithParam<compression> {};
INSTANTIATE_TEST_SUITE_P(message, compressed_message, testing::Values(compression::zlib, compression::lz4, compression::zstd));

TEST_P(compressed_message, is_inflated_and_says_so) {
  auto out = sample();
  const bytes body(100'000, 'x');
  out.body = deflate(body, GetParam()).value();
  out.sys_flag = flags_of(GetParam()) | sys_flag::multi_tags;
  const auto in = read(written(out)).value();
  EXPECT_EQ(in.body, body);
  EXPECT_EQ(in.sys_flag, (flags_of(GetParam()) | sys_flag::multi_tags) & ~sys_flag::compressed);
  EXPECT_EQ(read(written(out), {.inflate = false}).value(), out);
}

TEST_P(compressed_message, that_does_not_inflate_is_malformed) {
  auto out = sample();
  out.sys_flag = flags_of(GetParam());
  EXPECT_EQ(read(written(out)).error().code, errc::malformed);
}

TEST(message, no_compression_bits_mean_zlib) {
  auto out = sample();
  out.body = deflate(bytes(5000, 'y'), compression::zlib).value();
  out.sys_flag = sys_flag::compressed;
  EXPECT_EQ(read(written(out)).value().body, bytes(5000, 'y'));
  out.sys_flag = sys_flag::compressed | 0x400;
  EXPECT_EQ(read(written(out)).error().code, errc::malformed);
}

TEST(messages, come_one_behind_the_other) {
  auto raw = written(sample());
  auto second = sample();
  second.queue_offset = 8;
  ASSERT_TRUE(encode_message(second, raw).has_value());
  const auto batch = decode_messages(raw);
  EXPECT_FALSE(batch.damage.has_value());
  EXPECT_EQ(batch.messages, (std::vector{sample(), second}));
  EXPECT_TRUE(decode_messages({}).messages.empty());
}

TEST(messages, damage_ends_the_list_and_is_told) {
  auto raw = written(sample());
  const auto first = raw.size();
  ASSERT_TRUE(encode_message(sample(), raw).has_value());
  raw[first + 4] = 0;
  const auto batch = decode_messages(raw);
  EXPECT_EQ(batch.messages.size(), 1U);
  ASSERT_TRUE(batch.damage.has_value());
  EXPECT_EQ(batch.damage->code, errc::malformed);
}

TEST(messages, inflate_together_under_a_bound) {
  // Five bodies of 30 MiB each pass what one pull answer may inflate to; each alone does not.
  auto bomb = sample();
  bomb.body = deflate(bytes(30U * 1024 * 1024), compression::zstd).value();
  bomb.sys_flag = flags_of(compression::zstd);
  bytes raw;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(encode_message(bomb, raw).has_value());
  const auto batch = decode_messages(raw);
  EXPECT_EQ(batch.messages.size(), 4U);
  ASSERT_TRUE(batch.damage.has_value());
  EXPECT_EQ(batch.damage->code, errc::too_large);
}

TEST(batch, is_read_as_it_was_written) {
  std::vector<batch_item> items(2);
  items[0].flag = 7;
  items[0].body = {1};
  items[0].properties.set("TAGS", "t");
  bytes raw;
  ASSERT_TRUE(encode_batch(items, raw).has_value());
  EXPECT_EQ(decode_batch(raw).value(), items);
  EXPECT_TRUE(decode_batch({}).value().empty());
}

TEST(batch, truncations_within_an_item_are_malformed) {
  const auto raw = from_hex(golden::batch_body).value();
  for (std::size_t size = 1; size < raw.size(); ++size) {
    if (size == 24) continue;  // the first item alone
    EXPECT_EQ(decode_batch(byte_view(raw).first(size)).error().code, errc::malformed) << size;
  }
}

TEST(batch, lengths_that_lie_are_malformed) {
  const auto good = from_hex(golden::batch_body).value();
  for (const std::size_t at : {0U, 16U, 22U}) {
    for (const std::uint8_t byte : bytes{0x7F, 0xFF}) {
      auto raw = good;
      raw[at] = byte;
      EXPECT_EQ(decode_batch(raw).error().code, errc::malformed) << at;
    }
  }
}

TEST(batch, a_bad_item_leaves_the_buffer_alone) {
  std::vector<batch_item> items(2);
  items[1].properties.set("a", "\x01");
  bytes buffer{5};
  EXPECT_EQ(encode_batch(items, buffer).error().code, errc::invalid_argument);
  EXPECT_EQ(buffer, bytes{5});
}

}  // namespace
}  // namespace parley::remoting
