// The order of events: each once, by seq, with bounded waiting and bounded memory.
#include <parley/chat/client/event_order.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::chat {
namespace {

using namespace std::chrono_literals;

event numbered(std::int64_t seq, const std::string& room = "r1") {
  return event{.type = "message_sent", .user_id = "u", .timestamp = "t", .room_id = room, .message_id = room + std::to_string(seq), .seq = seq};
}

std::vector<std::int64_t> seqs(const std::vector<event>& events) {
  std::vector<std::int64_t> out;
  for (const auto& one : events) out.push_back(one.seq);
  return out;
}

using numbers = std::vector<std::int64_t>;

const steady_time t0{};

TEST(event_order, lets_a_room_through_at_once_when_it_begins_at_one) {
  event_order order;
  EXPECT_EQ(seqs(order.offer(numbered(1), t0)), numbers{1});
  EXPECT_EQ(seqs(order.offer(numbered(2), t0)), numbers{2});
  EXPECT_FALSE(order.next_expiry());
}

TEST(event_order, drops_copies_and_counts_them) {
  event_order order;
  EXPECT_EQ(order.offer(numbered(1), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(1), t0).empty());
  EXPECT_TRUE(order.offer(numbered(3), t0).empty());
  EXPECT_TRUE(order.offer(numbered(3), t0).empty());
  EXPECT_EQ(order.stats().copies, 2U);
}

TEST(event_order, holds_what_came_early_until_the_one_before_it_comes) {
  event_order order;
  EXPECT_EQ(order.offer(numbered(1), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(4), t0).empty());
  EXPECT_TRUE(order.offer(numbered(3), t0).empty());
  EXPECT_EQ(seqs(order.offer(numbered(2), t0)), (numbers{2, 3, 4}));
  EXPECT_FALSE(order.next_expiry());
}

TEST(event_order, settles_the_beginning_of_a_room_joined_in_the_middle) {
  event_order order({.settle = 150ms});
  EXPECT_TRUE(order.offer(numbered(8), t0).empty());
  EXPECT_TRUE(order.offer(numbered(7), t0 + 10ms).empty());
  ASSERT_TRUE(order.next_expiry());
  EXPECT_EQ(*order.next_expiry(), t0 + 150ms);
  EXPECT_TRUE(order.expire(t0 + 149ms).ready.empty());
  EXPECT_EQ(seqs(order.expire(t0 + 150ms).ready), (numbers{7, 8}));
  EXPECT_EQ(seqs(order.offer(numbered(9), t0 + 151ms)), numbers{9});
}

TEST(event_order, begins_after_what_history_showed) {
  event_order order;
  EXPECT_TRUE(order.offer(numbered(5), t0).empty());
  EXPECT_EQ(seqs(order.start_after("r1", 4, t0)), numbers{5});
  EXPECT_TRUE(order.offer(numbered(4), t0).empty());
  EXPECT_EQ(seqs(order.offer(numbered(6), t0)), numbers{6});
  EXPECT_FALSE(order.next_expiry());
}

TEST(event_order, reports_a_gap_after_the_wait_and_fills_it) {
  event_order order({.gap_wait = 2000ms});
  EXPECT_EQ(order.offer(numbered(1), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(4), t0).empty());
  EXPECT_TRUE(order.expire(t0 + 1999ms).gaps.empty());
  const auto due = order.expire(t0 + 2000ms);
  ASSERT_EQ(due.gaps.size(), 1U);
  EXPECT_EQ(due.gaps[0].room_id, "r1");
  EXPECT_EQ(due.gaps[0].first_seq, 2);
  EXPECT_EQ(due.gaps[0].last_seq, 3);
  EXPECT_EQ(seqs(order.fill(due.gaps[0], {numbered(1), numbered(3), numbered(2), numbered(9)}, t0)), (numbers{2, 3, 4}));
  EXPECT_EQ(order.stats().skipped, 0U);
}

TEST(event_order, skips_what_cannot_be_found_and_counts_it) {
  event_order order;
  EXPECT_EQ(order.offer(numbered(1), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(5), t0).empty());
  const auto due = order.expire(t0 + 1h);
  ASSERT_EQ(due.gaps.size(), 1U);
  EXPECT_EQ(seqs(order.fill(due.gaps[0], {numbered(3)}, t0)), (numbers{3, 5}));
  EXPECT_EQ(order.stats().skipped, 2U);
  EXPECT_EQ(seqs(order.offer(numbered(6), t0)), numbers{6});
}

TEST(event_order, a_gap_that_closed_by_itself_meanwhile_needs_no_filling) {
  event_order order;
  EXPECT_EQ(order.offer(numbered(1), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(3), t0).empty());
  const auto due = order.expire(t0 + 1h);
  ASSERT_EQ(due.gaps.size(), 1U);
  EXPECT_EQ(seqs(order.offer(numbered(2), t0 + 1h)), (numbers{2, 3}));
  EXPECT_TRUE(order.fill(due.gaps[0], {numbered(2)}, t0 + 1h).empty());
  EXPECT_EQ(order.stats().skipped, 0U);
}

TEST(event_order, a_new_gap_waits_its_own_time) {
  event_order order({.gap_wait = 2000ms});
  EXPECT_EQ(order.offer(numbered(1), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(3), t0).empty());
  EXPECT_TRUE(order.offer(numbered(5), t0).empty());
  EXPECT_EQ(seqs(order.offer(numbered(2), t0 + 1s)), (numbers{2, 3}));
  ASSERT_TRUE(order.next_expiry());
  EXPECT_EQ(*order.next_expiry(), t0 + 3s);
}

TEST(event_order, rooms_do_not_wait_for_each_other) {
  event_order order;
  EXPECT_EQ(order.offer(numbered(1, "a"), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(3, "a"), t0).empty());
  EXPECT_EQ(seqs(order.offer(numbered(1, "b"), t0)), numbers{1});
}

TEST(event_order, events_without_a_number_are_shown_once_by_their_id) {
  event_order order({.remembered_ids = 2});
  event join{.type = "user_join", .user_id = "u", .timestamp = "t", .room_id = "r1", .message_id = "m1"};
  EXPECT_EQ(order.offer(join, t0).size(), 1U);
  EXPECT_TRUE(order.offer(join, t0).empty());
  for (const auto* id : {"m2", "m3"}) {
    auto other = join;
    other.message_id = id;
    EXPECT_EQ(order.offer(other, t0).size(), 1U);
  }
  EXPECT_EQ(order.offer(join, t0).size(), 1U) << "only so many ids are remembered";
}

TEST(event_order, foreign_events_come_as_they_come) {
  event_order order;
  const event foreign{.type = "message_sent", .user_id = "u", .message = "hi", .timestamp = "t"};
  EXPECT_EQ(order.offer(foreign, t0).size(), 1U);
  EXPECT_EQ(order.offer(foreign, t0).size(), 1U);
}

TEST(event_order, holds_a_bounded_number_and_then_skips) {
  event_order order({.held_per_room = 3});
  EXPECT_EQ(order.offer(numbered(1), t0).size(), 1U);
  for (std::int64_t seq = 10; seq < 13; ++seq) EXPECT_TRUE(order.offer(numbered(seq), t0).empty());
  EXPECT_EQ(seqs(order.offer(numbered(13), t0)), (numbers{10, 11, 12, 13}));
  EXPECT_EQ(order.stats().skipped, 8U);
}

TEST(event_order, remembers_a_bounded_number_of_rooms_and_shows_what_the_forgotten_one_held) {
  event_order order({.rooms = 2});
  EXPECT_EQ(order.offer(numbered(1, "a"), t0).size(), 1U);
  EXPECT_TRUE(order.offer(numbered(3, "a"), t0).empty());
  EXPECT_EQ(order.offer(numbered(1, "b"), t0).size(), 1U);
  EXPECT_EQ(seqs(order.offer(numbered(1, "c"), t0)), (numbers{3, 1}));
}

}  // namespace
}  // namespace parley::chat
