// The first offset of a queue: the stored one, or the policy's, and never a guess.
#include "consume/start_offset.hpp"

#include <gtest/gtest.h>

namespace parley::rocketmq::consume {
namespace {

result<std::int64_t> absent() { return error{errc::not_found, "no offset"}; }

TEST(consume_start_offset, a_stored_offset_beats_every_policy) {
  for (const auto from : {start_from::latest, start_from::earliest, start_from::timestamp}) {
    const auto out = decide_start(7, {from, 1000}, {.retry_topic = false, .appeared_after_ms = 5});
    EXPECT_EQ(out.step, start_step::use);
    EXPECT_EQ(out.offset, 7);
  }
  EXPECT_EQ(decide_start(0, {}, {}).step, start_step::use);
}

TEST(consume_start_offset, every_failure_but_not_found_is_asked_again) {
  for (const auto code : {errc::timed_out, errc::unreachable, errc::disconnected, errc::refused, errc::overloaded,
                          errc::permission, errc::stopped, errc::malformed, errc::unavailable}) {
    for (const auto from : {start_from::latest, start_from::earliest, start_from::timestamp}) {
      EXPECT_EQ(decide_start(error{code, "failed"}, {from, 0}, {}).step, start_step::ask_again);
      EXPECT_EQ(decide_start(error{code, "failed"}, {from, 0}, {.retry_topic = true}).step, start_step::ask_again);
    }
  }
}

TEST(consume_start_offset, without_a_stored_offset_the_policy_decides) {
  EXPECT_EQ(decide_start(absent(), {start_from::latest, 0}, {}).step, start_step::ask_end);
  EXPECT_EQ(decide_start(absent(), {start_from::earliest, 0}, {}).step, start_step::ask_earliest);
  const auto at = decide_start(absent(), {start_from::timestamp, 123456}, {});
  EXPECT_EQ(at.step, start_step::ask_timestamp);
  EXPECT_EQ(at.timestamp_ms, 123456);
}

TEST(consume_start_offset, a_negative_answer_means_absent) {
  EXPECT_EQ(decide_start(-1, {start_from::earliest, 0}, {}).step, start_step::ask_earliest);
}

TEST(consume_start_offset, a_retry_topic_is_read_from_its_beginning) {
  for (const auto from : {start_from::latest, start_from::earliest, start_from::timestamp}) {
    EXPECT_EQ(decide_start(absent(), {from, 9}, {.retry_topic = true}).step, start_step::ask_earliest);
  }
}

TEST(consume_start_offset, latest_counts_from_the_start_for_a_queue_that_appears_later) {
  const auto out = decide_start(absent(), {start_from::latest, 0}, {.retry_topic = false, .appeared_after_ms = 777});
  EXPECT_EQ(out.step, start_step::ask_timestamp);
  EXPECT_EQ(out.timestamp_ms, 777);
}

}  // namespace
}  // namespace parley::rocketmq::consume
