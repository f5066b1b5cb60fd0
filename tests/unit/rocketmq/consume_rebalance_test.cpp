// The average allocation: known shares, Apache's own formula, and that the members together take every queue once.
#include "consume/rebalance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace parley::rocketmq::consume {
namespace {

std::vector<message_queue> queues_of(int count, const std::string& broker = "broker-a") {
  std::vector<message_queue> out;
  for (int id = 0; id < count; ++id) out.push_back({"topic", broker, id});
  return out;
}

std::vector<std::string> members_of(int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) out.push_back("10.0.0." + std::to_string(i + 1) + "@7#1");
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<int> ids_of(const std::vector<message_queue>& queues) {
  std::vector<int> out;
  for (const auto& queue : queues) out.push_back(queue.queue_id);
  return out;
}

TEST(consume_rebalance, shares_of_eight_queues_among_three) {
  const auto members = members_of(3);
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(8), members, members[0])), (std::vector{0, 1, 2}));
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(8), members, members[1])), (std::vector{3, 4, 5}));
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(8), members, members[2])), (std::vector{6, 7}));
}

TEST(consume_rebalance, shares_of_six_queues_among_four) {
  const auto members = members_of(4);
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(6), members, members[0])), (std::vector{0, 1}));
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(6), members, members[1])), (std::vector{2, 3}));
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(6), members, members[2])), (std::vector{4}));
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(6), members, members[3])), (std::vector{5}));
}

TEST(consume_rebalance, members_beyond_the_queues_get_none) {
  const auto members = members_of(6);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(ids_of(allocate_averagely(queues_of(4), members, members[i])), (std::vector{static_cast<int>(i)}));
  EXPECT_TRUE(allocate_averagely(queues_of(4), members, members[4]).empty());
  EXPECT_TRUE(allocate_averagely(queues_of(4), members, members[5]).empty());
}

TEST(consume_rebalance, queues_are_ordered_by_broker_before_id) {
  auto queues = queues_of(2, "broker-b");
  const auto others = queues_of(2, "broker-a");
  queues.insert(queues.end(), others.begin(), others.end());
  const auto members = members_of(2);
  const auto first = allocate_averagely(queues, members, members[0]);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].broker_name, "broker-a");
  EXPECT_EQ(first[1].broker_name, "broker-a");
}

TEST(consume_rebalance, a_member_that_is_not_listed_gets_nothing) {
  EXPECT_TRUE(allocate_averagely(queues_of(4), members_of(2), "somebody else").empty());
  EXPECT_TRUE(allocate_averagely(queues_of(4), {}, "somebody else").empty());
  EXPECT_TRUE(allocate_averagely({}, members_of(1), members_of(1)[0]).empty());
}

TEST(consume_rebalance, a_member_listed_twice_counts_twice_as_for_the_others) {
  const std::vector<std::string> members{"a", "a", "b"};
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(6), members, "a")), (std::vector{0, 1}));
  EXPECT_EQ(ids_of(allocate_averagely(queues_of(6), members, "b")), (std::vector{4, 5}));
}

// The formula of Apache's AllocateMessageQueueAveragely, as the protocol description states it.
std::vector<int> by_formula(int n, int c, int i) {
  const int m = n % c;
  const int size = n <= c ? 1 : (m > 0 && i < m ? n / c + 1 : n / c);
  const int start = (m > 0 && i < m) ? i * size : i * size + m;
  std::vector<int> out;
  for (int k = 0; k < std::min(size, n - start); ++k) out.push_back((start + k) % n);
  return out;
}

TEST(consume_rebalance, agrees_with_the_formula_and_gives_each_queue_to_one_member) {
  for (int n = 0; n <= 24; ++n) {
    for (int c = 1; c <= 12; ++c) {
      const auto members = members_of(c);
      std::vector<int> all;
      for (int i = 0; i < c; ++i) {
        const auto share = ids_of(allocate_averagely(queues_of(n), members, members[static_cast<std::size_t>(i)]));
        if (n > 0) {
          EXPECT_EQ(share, by_formula(n, c, i)) << n << " queues, member " << i << " of " << c;
        }
        all.insert(all.end(), share.begin(), share.end());
      }
      EXPECT_EQ(all, ids_of(queues_of(n))) << n << " queues, " << c << " members";
    }
  }
}

TEST(consume_rebalance, the_order_of_the_lists_does_not_matter) {
  std::mt19937 shuffler(7);
  const auto members = members_of(3);
  auto queues = queues_of(7);
  const auto expected = allocate_averagely(queues, members, members[1]);
  for (int round = 0; round < 20; ++round) {
    auto mixed = members;
    std::shuffle(queues.begin(), queues.end(), shuffler);
    std::shuffle(mixed.begin(), mixed.end(), shuffler);
    EXPECT_EQ(allocate_averagely(queues, mixed, members[1]), expected);
  }
}

TEST(consume_rebalance, difference_names_what_goes_and_what_comes) {
  const auto all = queues_of(4);
  const auto change = compare_assignments({all[1], all[0]}, {all[2], all[1]});
  EXPECT_EQ(change.removed, (std::vector{all[0]}));
  EXPECT_EQ(change.added, (std::vector{all[2]}));
  EXPECT_FALSE(change.empty());
  EXPECT_TRUE(compare_assignments(all, all).empty());
}

}  // namespace
}  // namespace parley::rocketmq::consume
