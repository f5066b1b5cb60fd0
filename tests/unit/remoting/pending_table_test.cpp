// Opaques, deadlines and the bound of the pending table, against a plain model.
#include <parley/base/random.hpp>
#include <parley/remoting/exchange/pending_table.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

namespace parley::remoting {
namespace {

steady_time at(int ms) { return steady_time(milliseconds(ms)); }

TEST(pending_table, finds_by_opaque_and_gives_each_waiter_once) {
  pending_table<std::unique_ptr<int>> table(10);
  const auto a = table.add(std::make_unique<int>(1), at(5)).value();
  const auto b = table.add(std::make_unique<int>(2), at(3)).value();
  EXPECT_NE(a, b);
  EXPECT_EQ(**table.find(a), 1);
  EXPECT_EQ(**table.take(b), 2);
  EXPECT_FALSE(table.take(b));
  EXPECT_EQ(table.find(b), nullptr);
  EXPECT_FALSE(table.take(12345));
  EXPECT_EQ(table.size(), 1U);
}

TEST(pending_table, expires_in_order_of_deadline_and_not_early) {
  pending_table<int> table(10);
  for (const int deadline : {50, 10, 30, 20, 40}) table.add(deadline, at(deadline));
  EXPECT_EQ(table.earliest_deadline(), at(10));
  EXPECT_FALSE(table.take_expired(at(9)));
  EXPECT_EQ(table.take_expired(at(30)), 10);
  EXPECT_EQ(table.take_expired(at(30)), 20);
  EXPECT_EQ(table.take_expired(at(30)), 30);
  EXPECT_FALSE(table.take_expired(at(30)));
  EXPECT_TRUE(table.take_any());
  EXPECT_TRUE(table.take_any());
  EXPECT_FALSE(table.take_any());
  EXPECT_FALSE(table.earliest_deadline());
}

TEST(pending_table, refuses_past_its_bound) {
  pending_table<int> table(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(table.add(i, at(i)));
  EXPECT_TRUE(table.full());
  EXPECT_FALSE(table.add(9, at(9)));
  table.take_any();
  EXPECT_TRUE(table.add(9, at(9)));
  pending_table<int> none(0);
  EXPECT_FALSE(none.add(1, at(1)));
}

TEST(pending_table, opaques_wrap_inside_int32_and_pass_over_those_in_use) {
  pending_table<int> table(8, INT32_MAX - 1);
  EXPECT_EQ(table.add(0, at(0)), INT32_MAX - 1);
  EXPECT_EQ(table.add(0, at(0)), INT32_MAX);
  EXPECT_EQ(table.add(0, at(0)), INT32_MIN);
  pending_table<int> zero(8, -1);
  EXPECT_EQ(zero.add(0, at(0)), -1);
  EXPECT_EQ(zero.add(0, at(0)), 0);
}

TEST(pending_table, passes_over_an_opaque_that_is_still_in_use) {
  // The numbers have gone once round and reach one that is held: a table whose next number is that one stands for it.
  opaque_index index(8, 5);
  const auto held = index.insert(at(0)).value();
  ASSERT_EQ(held.opaque, 5);
  index.continue_at(4);
  EXPECT_EQ(index.insert(at(0))->opaque, 4);
  EXPECT_EQ(index.insert(at(0))->opaque, 6);
}

TEST(pending_table, does_what_a_plain_map_does) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    random_source random(seed);
    pending_table<std::uint64_t> table(64, static_cast<std::int32_t>(random.next()));
    std::map<std::int32_t, std::pair<int, std::uint64_t>> model;  // opaque -> deadline, value
    for (int step = 0; step < 3000; ++step) {
      const auto choice = random.below(10);
      if (choice < 5) {
        const auto value = random.next();
        const auto deadline = static_cast<int>(random.below(100));
        const auto opaque = table.add(value, at(deadline));
        ASSERT_EQ(opaque.has_value(), model.size() < 64);
        if (opaque) {
          ASSERT_TRUE(model.emplace(*opaque, std::pair(deadline, value)).second);
        }
      } else if (choice < 9 && !model.empty()) {
        auto it = model.begin();
        std::advance(it, random.below(model.size()));
        ASSERT_EQ(table.take(it->first), it->second.second);
        model.erase(it);
      } else {
        const auto now = static_cast<int>(random.below(20));
        while (auto expired = table.take_expired(at(now))) {
          const auto found = std::find_if(model.begin(), model.end(), [&](const auto& e) { return e.second.second == *expired; });
          ASSERT_NE(found, model.end());
          for (const auto& [opaque, entry] : model) ASSERT_GE(entry.first, found->second.first);
          ASSERT_LE(found->second.first, now);
          model.erase(found);
        }
        for (const auto& [opaque, entry] : model) ASSERT_GT(entry.first, now);
      }
      ASSERT_EQ(table.size(), model.size());
    }
    for (const auto& [opaque, entry] : model) ASSERT_EQ(*table.find(opaque), entry.second);
  }
}

}  // namespace
}  // namespace parley::remoting
