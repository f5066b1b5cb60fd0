// What a failed pull leads to, and when a lock counts as lost.
#include "consume/queue_lock.hpp"
#include "consume/queue_reader.hpp"

#include <parley/remoting/codec/codes.hpp>

#include <gtest/gtest.h>

namespace parley::rocketmq::consume {
namespace {

namespace answer = remoting::response_code;

error refused(std::int32_t code) { return {errc::refused, "no", code}; }

TEST(consume_recovery, only_an_unknown_subscription_needs_a_heartbeat) {
  EXPECT_TRUE(recover_from(refused(answer::subscription_not_exist), 1).heartbeat);
  EXPECT_TRUE(recover_from(refused(answer::subscription_not_latest), 1).heartbeat);
  for (const auto code : {answer::flow_control, answer::system_busy, answer::system_error, answer::no_permission}) {
    EXPECT_FALSE(recover_from(refused(code), 1).heartbeat) << code;
  }
}

TEST(consume_recovery, pauses_grow_and_have_an_end) {
  for (const auto code : {answer::flow_control, answer::subscription_not_exist, answer::system_error, -1}) {
    auto before = milliseconds{0};
    for (int failures = 1; failures < 1000; ++failures) {
      const auto pause = recover_from(refused(code), failures).pause;
      EXPECT_GE(pause, before);
      EXPECT_GT(pause, milliseconds{0});
      EXPECT_LE(pause, milliseconds{3000});
      before = pause;
    }
  }
}

TEST(consume_recovery, a_broker_that_is_back_is_found_at_once) {
  const error gone{errc::unreachable, "nobody there", -1};
  EXPECT_LE(recover_from(gone, 1'000'000).pause, milliseconds{200});
}

TEST(consume_recovery, a_lock_is_lost_when_it_was_not_renewed_for_its_lease) {
  const steady_time then{};
  const member_timing usual;
  EXPECT_FALSE(lock_is_dead(then, then, usual.lock_lease));
  EXPECT_FALSE(lock_is_dead(then, then + usual.lock_lease - milliseconds{1}, usual.lock_lease));
  EXPECT_TRUE(lock_is_dead(then, then + usual.lock_lease, usual.lock_lease));
  EXPECT_LE(usual.lock_renewal * 2, usual.lock_lease) << "one renewal may fail";
  EXPECT_LT(usual.handover_patience, usual.lock_lease) << "a last commit is made under the lock";
}

}  // namespace
}  // namespace parley::rocketmq::consume
