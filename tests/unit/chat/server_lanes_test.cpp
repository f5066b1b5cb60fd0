// Lanes: one room's events one after the other, rooms beside each other.
#include <parley/chat/server/lanes.hpp>

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

TEST(lanes, the_next_of_a_room_goes_when_the_former_is_over) {
  lanes table;
  EXPECT_TRUE(table.enter("room", 1));
  EXPECT_FALSE(table.enter("room", 2));
  EXPECT_FALSE(table.enter("room", 3));
  EXPECT_EQ(table.waiting(), 2U);
  EXPECT_EQ(table.leave("room"), 2U);
  EXPECT_EQ(table.leave("room"), 3U);
  EXPECT_EQ(table.leave("room"), std::nullopt);
  EXPECT_EQ(table.waiting(), 0U);
  EXPECT_TRUE(table.enter("room", 4));
}

TEST(lanes, rooms_do_not_wait_for_each_other) {
  lanes table;
  EXPECT_TRUE(table.enter("a", 1));
  EXPECT_TRUE(table.enter("b", 2));
}

TEST(lanes, without_a_key_nothing_waits) {
  lanes table;
  EXPECT_TRUE(table.enter("", 1));
  EXPECT_TRUE(table.enter("", 2));
  EXPECT_EQ(table.leave(""), std::nullopt);
}

}  // namespace
}  // namespace parley::chat
