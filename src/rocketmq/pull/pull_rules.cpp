// Verdicts and pacing.
#include "pull/pull_rules.hpp"

#include <parley/remoting/codec/codes.hpp>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::pull {
namespace {

namespace code = remoting::response_code;
constexpr milliseconds hasty{500};         // an empty answer that was not held
constexpr std::uint32_t hasty_allowed{3};  // a wake-up for messages that did not match after all looks like it
constexpr milliseconds busy_pause{20};
constexpr milliseconds refused_pause{1000};
constexpr milliseconds failure_pause{20};
constexpr milliseconds most_hasty_pause{200};
constexpr milliseconds quiet_time{1000};

}  // namespace

verdict verdict_of(std::int32_t value) noexcept {
  switch (value) {
    case code::success: return verdict::messages;
    case code::pull_not_found:
    case code::pull_retry_immediately: return verdict::nothing;
    case code::pull_offset_moved: return verdict::moved;
    case code::flow_control: return verdict::busy;
    default: return verdict::refused;
  }
}

milliseconds pacing::after_answer(verdict what, milliseconds took, bool advanced) noexcept {
  if (what == verdict::refused) return refused_pause;
  if (what == verdict::busy) return busy_pause;
  if (what == verdict::messages || advanced || took > hasty) {
    hasty_ = 0;
    return milliseconds{0};
  }
  if (++hasty_ <= hasty_allowed) return milliseconds{0};
  return std::min(most_hasty_pause, milliseconds{1} * (1U << std::min(hasty_ - hasty_allowed, 8U)));
}

milliseconds pacing::after_failure() noexcept { return failure_pause; }

bool trouble::failed(steady_time now, bool refusal) noexcept {
  if (!since_) since_ = now;
  if (reported_ || (!refusal && now - *since_ < quiet_time)) return false;
  reported_ = true;
  return true;
}

bool trouble::worked() noexcept {
  since_.reset();
  return std::exchange(reported_, false);
}

}  // namespace parley::rocketmq::pull
