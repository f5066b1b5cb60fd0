// Message ids: both ways, and keys that never repeat.
#include <parley/remoting/codec/message_id.hpp>

#include <gtest/gtest.h>

#include <unordered_set>

namespace parley::remoting {
namespace {

class set_clock final : public clock {
 public:
  [[nodiscard]] steady_time steady_now() const noexcept override { return {}; }
  [[nodiscard]] std::int64_t wall_ms() const noexcept override { return now; }
  std::int64_t now{1'700'000'000'000};
};

const message_host host{.address = {172, 17, 0, 1}};

struct key_fixture : testing::Test {
  set_clock time;
  random_source random{5};
  unique_key_generator keys{time, random, host, 0x1234};
};

std::uint32_t ms_of(const std::string& key) { return byte_reader(from_hex(key.substr(20, 8)).value()).read<std::uint32_t>(); }

TEST(offset_message_id, is_host_port_and_position) {
  const auto id = parse_offset_message_id("7F00000100002A9F000000001225D808").value();
  EXPECT_EQ(id.store_host.address[0], 127);
  EXPECT_FALSE(id.store_host.ipv6);
  EXPECT_EQ(id.store_host.port, 10911);
  EXPECT_EQ(id.physical_offset, 304470024);
  EXPECT_EQ(id.to_string(), "7F00000100002A9F000000001225D808");
  EXPECT_EQ(parse_offset_message_id("7f00000100002a9f000000001225d808").value(), id);
}

TEST(offset_message_id, has_a_longer_form_for_ipv6) {
  offset_message_id id{.store_host = {.ipv6 = true, .port = 1}, .physical_offset = -1};
  id.store_host.address[15] = 1;
  EXPECT_EQ(id.to_string(), "0000000000000000000000000000000100000001FFFFFFFFFFFFFFFF");
  EXPECT_EQ(parse_offset_message_id(id.to_string()).value(), id);
}

TEST(offset_message_id, other_text_is_refused) {
  for (const char* wrong :
       {"", "7F", "7F00000100002A9F000000001225D80", "7F00000100002A9F000000001225D8ZZ", "7F00000100002A9F000000001225D80800"}) {
    EXPECT_EQ(parse_offset_message_id(wrong).error().code, errc::invalid_argument) << wrong;
  }
}

TEST_F(key_fixture, begins_with_address_and_pid) {
  const auto key = keys.next();
  EXPECT_EQ(key.size(), 32U);
  EXPECT_EQ(key.substr(0, 12), "AC1100011234");
  EXPECT_EQ(key.substr(28), "0000");
  EXPECT_EQ(keys.next().substr(28), "0001");
}

TEST_F(key_fixture, counts_milliseconds_of_the_month) {
  const auto first = ms_of(keys.next());
  EXPECT_LT(first, 31U * 24 * 3600 * 1000);
  time.now += 1234;
  EXPECT_EQ(ms_of(keys.next()), first + 1234);
}

TEST_F(key_fixture, starts_again_with_the_month) {
  ms_of(keys.next());
  time.now += 32LL * 24 * 3600 * 1000;
  EXPECT_LT(ms_of(keys.next()), 31U * 24 * 3600 * 1000);
}

TEST_F(key_fixture, never_repeats_while_the_clock_stands_or_goes_back) {
  std::unordered_set<std::string> seen;
  constexpr int count = 80'000;  // more than the counter has numbers
  for (int i = 0; i < count; ++i) {
    if (i == count / 10) time.now -= 5000;
    seen.insert(keys.next());
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
}

TEST_F(key_fixture, two_generators_of_one_process_differ) {
  unique_key_generator other(time, random, host, 0x1234);
  EXPECT_NE(keys.next(), other.next());
}

TEST_F(key_fixture, an_ipv6_address_makes_it_longer) {
  unique_key_generator other(time, random, {.ipv6 = true}, 1);
  EXPECT_EQ(other.next().size(), 56U);
}

}  // namespace
}  // namespace parley::remoting
