// Requests by action, result and duration, bounded whatever is asked.
#include <parley/chat/watch/request_tally.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::chat {
namespace {

TEST(request_tally, counts_by_action_and_result) {
  request_tally all;
  all.add("send_message", request_end::ok, milliseconds{3});
  all.add("send_message", request_end_of("business"), milliseconds{3});
  all.add("send_message", request_end_of("system"), milliseconds{3});
  all.add("get_history", request_end::timed_out, milliseconds{10'000});
  const auto& sent = all.by_action().at("send_message");
  EXPECT_EQ(sent.ok, 1U);
  EXPECT_EQ(sent.business, 1U);
  EXPECT_EQ(sent.system, 1U);
  EXPECT_EQ(sent.timed_out, 0U);
  EXPECT_EQ(sent.durations.count(), 3U);
  EXPECT_EQ(all.by_action().at("get_history").timed_out, 1U);
}

TEST(request_tally, stays_as_small_as_it_is_whatever_is_asked) {
  request_tally all;
  const auto before = all.by_action().size();
  for (int i = 0; i < 1000; ++i) all.add("action" + std::to_string(i), request_end::business, milliseconds{1});
  EXPECT_EQ(all.by_action().size(), before);
  EXPECT_EQ(all.by_action().at("other").business, 1000U);
}

TEST(duration_histogram, puts_a_bound_into_its_bucket_and_what_is_over_into_the_last) {
  duration_histogram all;
  all.add(milliseconds{1});
  all.add(milliseconds{2});
  all.add(milliseconds{10'000});
  all.add(milliseconds{10'001});
  EXPECT_EQ(all.counts.front(), 1U);
  EXPECT_EQ(all.counts[1], 1U);
  EXPECT_EQ(all.counts[all.counts.size() - 2], 1U);
  EXPECT_EQ(all.counts.back(), 1U);
  EXPECT_DOUBLE_EQ(all.sum_seconds, 20.004);
}

}  // namespace
}  // namespace parley::chat
