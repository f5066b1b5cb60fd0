// Pacing of pulls and telling of trouble.
#include "pull/pull_rules.hpp"

#include <gtest/gtest.h>

namespace parley::rocketmq::pull {
namespace {

TEST(verdict_of, knows_every_answer_that_is_no_error) {
  EXPECT_EQ(verdict_of(0), verdict::messages);
  EXPECT_EQ(verdict_of(19), verdict::nothing);
  EXPECT_EQ(verdict_of(20), verdict::nothing);
  EXPECT_EQ(verdict_of(21), verdict::moved);
  EXPECT_EQ(verdict_of(215), verdict::busy);
  for (const auto code : {1, 2, 16, 17, 23, 24, 25, 26, 29}) EXPECT_EQ(verdict_of(code), verdict::refused) << code;
}

TEST(pacing, waits_only_where_a_broker_does_not_hold) {
  pacing pace;
  EXPECT_EQ(pace.after_answer(verdict::messages, milliseconds{0}).count(), 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(pace.after_answer(verdict::nothing, milliseconds{15'000}).count(), 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(pace.after_answer(verdict::nothing, milliseconds{0}, true).count(), 0);  // a long scan
  milliseconds longest{0};
  for (int i = 0; i < 100; ++i) longest = std::max(longest, pace.after_answer(verdict::nothing, milliseconds{0}));
  EXPECT_EQ(longest, milliseconds{200});
  EXPECT_EQ(pace.after_answer(verdict::messages, milliseconds{0}).count(), 0);
  EXPECT_EQ(pace.after_answer(verdict::nothing, milliseconds{0}).count(), 0);
  EXPECT_GT(pace.after_answer(verdict::busy, milliseconds{0}).count(), 0);
  EXPECT_GT(pace.after_failure().count(), 0);
}

TEST(trouble, is_told_once_and_its_end_too) {
  trouble health;
  const steady_time now{};
  EXPECT_FALSE(health.worked());
  EXPECT_FALSE(health.failed(now, false));
  EXPECT_FALSE(health.failed(now + milliseconds{999}, false));
  EXPECT_TRUE(health.failed(now + milliseconds{1000}, false));
  EXPECT_FALSE(health.failed(now + milliseconds{2000}, false));
  EXPECT_TRUE(health.worked());
  EXPECT_FALSE(health.worked());
  EXPECT_TRUE(health.failed(now, true));  // a refusal is no hiccup
}

}  // namespace
}  // namespace parley::rocketmq::pull
