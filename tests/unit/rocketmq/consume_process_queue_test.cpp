// Offsets in flight: what may be committed, and when to read no further.
#include "consume/process_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace parley::rocketmq::consume {
namespace {

TEST(consume_process_queue, nothing_in_flight_commits_where_the_next_pull_begins) {
  process_queue queue({}, 40, 1);
  EXPECT_EQ(queue.commit_offset(), 40);
  queue.advance(55);  // all of them were filtered out by the broker
  EXPECT_EQ(queue.commit_offset(), 55);
  EXPECT_EQ(queue.next_offset(), 55);
}

TEST(consume_process_queue, commits_the_lowest_unfinished_offset) {
  process_queue queue({}, 10, 1);
  for (std::int64_t offset : {10, 11, 14}) EXPECT_TRUE(queue.take(offset, 5));
  queue.advance(20);
  EXPECT_TRUE(queue.finish(11));
  EXPECT_EQ(queue.commit_offset(), 10);
  EXPECT_TRUE(queue.finish(10));
  EXPECT_EQ(queue.commit_offset(), 14);
  EXPECT_TRUE(queue.finish(14));
  EXPECT_EQ(queue.commit_offset(), 20);
}

TEST(consume_process_queue, what_was_read_before_is_not_taken_again) {
  process_queue queue({}, 10, 1);
  EXPECT_FALSE(queue.take(9, 1));
  EXPECT_TRUE(queue.take(10, 1));
  EXPECT_FALSE(queue.take(10, 1));
  EXPECT_EQ(queue.count(), 1U);
  EXPECT_EQ(queue.bytes(), 1U);
}

TEST(consume_process_queue, never_goes_backwards) {
  process_queue queue({}, 10, 1);
  queue.advance(5);
  EXPECT_EQ(queue.next_offset(), 10);
}

TEST(consume_process_queue, finishing_what_is_not_in_flight_changes_nothing) {
  process_queue queue({}, 0, 1);
  queue.take(0, 3);
  EXPECT_FALSE(queue.finish(7));
  EXPECT_TRUE(queue.finish(0));
  EXPECT_FALSE(queue.finish(0));
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(consume_process_queue, waits_past_the_count) {
  process_queue queue({.messages = 2, .bytes = 1000, .span = 0}, 0, 1);
  queue.take(0, 1);
  queue.take(1, 1);
  EXPECT_EQ(queue.state(), flow::open);
  queue.take(2, 1);
  EXPECT_EQ(queue.state(), flow::too_many);
  queue.finish(1);
  EXPECT_EQ(queue.state(), flow::open);
}

TEST(consume_process_queue, takes_the_first_message_over_the_bytes_and_then_waits) {
  process_queue queue({.messages = 100, .bytes = 10, .span = 0}, 0, 1);
  EXPECT_TRUE(queue.take(0, 50));
  EXPECT_EQ(queue.state(), flow::too_large);
  queue.finish(0);
  EXPECT_EQ(queue.state(), flow::open);
}

TEST(consume_process_queue, waits_when_one_old_message_holds_back_the_commit) {
  process_queue queue({.messages = 100, .bytes = 1000, .span = 20}, 0, 1);
  queue.take(0, 1);
  queue.take(20, 1);
  EXPECT_EQ(queue.state(), flow::open);
  queue.take(21, 1);
  EXPECT_EQ(queue.state(), flow::too_wide);
  queue.finish(0);
  EXPECT_EQ(queue.state(), flow::open);
}

TEST(consume_process_queue, takes_nothing_once_dropped_but_finishes_and_commits) {
  process_queue queue({}, 3, 9);
  queue.take(3, 1);
  queue.take(4, 1);
  queue.drop();
  EXPECT_TRUE(queue.dropped());
  EXPECT_FALSE(queue.take(5, 1));
  queue.advance(50);
  EXPECT_EQ(queue.next_offset(), 5);
  EXPECT_TRUE(queue.finish(3));
  EXPECT_EQ(queue.commit_offset(), 4);
  EXPECT_EQ(queue.generation(), 9U);
}

// Whatever the order of finishing: nothing at or above an unfinished offset is ever committed, and the commit never falls.
TEST(consume_process_queue, commit_is_safe_and_monotonic_in_any_order) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    process_queue queue({}, 0, 1);
    std::vector<std::int64_t> in_flight;
    std::int64_t next = 0;
    std::int64_t last_commit = 0;
    for (int step = 0; step < 300; ++step) {
      if (in_flight.empty() || random() % 2 == 0) {
        next += static_cast<std::int64_t>(random() % 3);  // gaps: filtered out
        ASSERT_TRUE(queue.take(next, 1));
        in_flight.push_back(next++);
      } else {
        const auto at = in_flight.begin() + static_cast<std::ptrdiff_t>(random() % in_flight.size());
        ASSERT_TRUE(queue.finish(*at));
        in_flight.erase(at);
      }
      const auto commit = queue.commit_offset();
      ASSERT_GE(commit, last_commit);
      ASSERT_TRUE(in_flight.empty() ? commit == next : commit == *std::min_element(in_flight.begin(), in_flight.end()));
      ASSERT_EQ(queue.count(), in_flight.size());
      last_commit = commit;
    }
  }
}

}  // namespace
}  // namespace parley::rocketmq::consume
