// Failpoints: inert unless named, and deadly exactly at the time that was asked for.
#include <parley/chat/server/failpoint.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace parley::chat {
namespace {

TEST(failpoints, are_inert_without_a_name_or_with_an_unknown_one) {
  failpoints none;
  none.pass(failpoint::after_store);
  EXPECT_FALSE(none.armed());
  EXPECT_FALSE(failpoints("no_such_point", "").armed());
  EXPECT_FALSE(failpoints("after_store:0", "").armed());
  EXPECT_FALSE(failpoints("after_store:1x", "").armed());
}

TEST(failpoints, let_other_points_pass) {
  failpoints points("after_mark", "");
  EXPECT_TRUE(points.armed());
  points.pass(failpoint::after_store);
}

TEST(failpoints_death, kill_at_the_nth_time_and_leave_a_marker) {
  const auto marker = std::filesystem::temp_directory_path() / ("parley-failpoint-" + std::to_string(::getpid()));
  EXPECT_EXIT(
      {
        failpoints points("after_store:2", marker.string());
        points.pass(failpoint::after_store);
        if (std::filesystem::exists(marker)) std::_Exit(1);
        points.pass(failpoint::after_store);
        std::_Exit(2);
      },
      ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_TRUE(std::filesystem::remove(marker));
}

}  // namespace
}  // namespace parley::chat
