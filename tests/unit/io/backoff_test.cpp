// Ceilings and jitter of the back-off.
#include <parley/io/backoff.hpp>

#include <gtest/gtest.h>

#include <set>

namespace parley::io {
namespace {

TEST(backoff, ceiling_doubles_up_to_the_most_and_begins_again_after_reset) {
  random_source random(1);
  backoff pause(milliseconds(50), milliseconds(300));
  for (const auto ceiling : {50, 100, 200, 300, 300}) {
    EXPECT_EQ(pause.ceiling().count(), ceiling);
    EXPECT_LE(pause.next(random).count(), ceiling);
  }
  pause.reset();
  EXPECT_EQ(pause.ceiling().count(), 50);
}

TEST(backoff, jitter_reaches_the_whole_range_and_repeats_with_its_seed) {
  std::set<std::int64_t> seen;
  random_source random(7);
  for (int i = 0; i < 2000; ++i) {
    backoff pause(milliseconds(9), milliseconds(9));
    seen.insert(pause.next(random).count());
  }
  EXPECT_EQ(seen.size(), 10U);
  random_source one(3);
  random_source other(3);
  backoff first(milliseconds(50), milliseconds(5000));
  backoff second(milliseconds(50), milliseconds(5000));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(first.next(one), second.next(other));
}

TEST(backoff, odd_settings_are_made_sensible) {
  random_source random(1);
  backoff negative(milliseconds(-5), milliseconds(-9));
  EXPECT_EQ(negative.next(random).count(), 0);
  EXPECT_EQ(negative.next(random).count(), 0);
  backoff from_zero(milliseconds(0), milliseconds(4));
  for (int i = 0; i < 10; ++i) EXPECT_LE(from_zero.next(random).count(), 4);
  EXPECT_EQ(from_zero.ceiling().count(), 4);
  backoff inverted(milliseconds(10), milliseconds(1));
  (void)inverted.next(random);
  EXPECT_EQ(inverted.ceiling().count(), 10);
}

}  // namespace
}  // namespace parley::io
