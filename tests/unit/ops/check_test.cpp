// Readiness: what was seen, how long ago, and what follows.
#include <parley/io/testing/manual_clock.hpp>
#include <parley/ops/check.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace parley::ops {
namespace {

using io::testing::manual_clock;

TEST(readiness, holds_when_everything_was_seen_good) {
  manual_clock time;
  const std::vector<observation> seen{{.name = "broker", .seen_at = time.steady_now(), .good_for = milliseconds{4000}},
                                      {.name = "store", .seen_at = time.steady_now()}};
  time.advance(milliseconds{1500});
  const auto found = judge(seen, time.steady_now());
  EXPECT_TRUE(found.ready);
  ASSERT_EQ(found.checks.size(), 2U);
  EXPECT_EQ(found.checks[0].name, "broker");
  EXPECT_EQ(found.checks[0].age, milliseconds{1500});
  EXPECT_TRUE(found.checks[0].passes);
  EXPECT_EQ(found.checks[0].error, "");
}

TEST(readiness, fails_with_one_of_many) {
  manual_clock time;
  const std::vector<observation> seen{{.name = "broker", .seen_at = time.steady_now(), .error = "gone"},
                                      {.name = "store", .seen_at = time.steady_now()}};
  const auto found = judge(seen, time.steady_now());
  EXPECT_FALSE(found.ready);
  EXPECT_FALSE(found.checks[0].passes);
  EXPECT_EQ(found.checks[0].error, "gone");
  EXPECT_TRUE(found.checks[1].passes);
}

TEST(readiness, needs_a_look_at_everything) {
  manual_clock time;
  const std::vector<observation> seen{{.name = "store"}, {.name = "broker", .error = "no route yet"}};
  const auto found = judge(seen, time.steady_now());
  EXPECT_FALSE(found.ready);
  EXPECT_EQ(found.checks[0].error, "not looked at yet");
  EXPECT_FALSE(found.checks[0].age);
  EXPECT_EQ(found.checks[1].error, "no route yet");
}

TEST(readiness, does_not_trust_what_is_old) {
  manual_clock time;
  std::vector<observation> seen{{.name = "store", .seen_at = time.steady_now(), .good_for = milliseconds{4000}}};
  time.advance(milliseconds{4000});
  EXPECT_TRUE(judge(seen, time.steady_now()).ready);
  time.advance(milliseconds{1});
  const auto found = judge(seen, time.steady_now());
  EXPECT_FALSE(found.ready);
  EXPECT_EQ(found.checks[0].error, "no news for 4001 ms");
  seen[0].error = "full";
  EXPECT_EQ(judge(seen, time.steady_now()).checks[0].error, "no news for 4001 ms; before: full");
}

TEST(readiness, without_anything_to_see_holds) { EXPECT_TRUE(judge({}, steady_time{}).ready); }

}  // namespace
}  // namespace parley::ops
