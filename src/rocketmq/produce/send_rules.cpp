// The rules of outcomes and retries.
#include "produce/send_rules.hpp"

#include <parley/remoting/codec/codes.hpp>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::produce {
namespace {

namespace code = remoting::response_code;
constexpr milliseconds least_share{200};

}  // namespace

bool is_stored_code(std::int32_t value) noexcept {
  return value == code::success || value == code::flush_disk_timeout || value == code::slave_not_available || value == code::flush_slave_timeout;
}

store_detail detail_of(std::int32_t value) noexcept {
  switch (value) {
    case code::flush_disk_timeout: return store_detail::flush_disk_timeout;
    case code::slave_not_available: return store_detail::slave_not_available;
    case code::flush_slave_timeout: return store_detail::flush_slave_timeout;
    default: return store_detail::ok;
  }
}

bool is_retryable_code(std::int32_t value) noexcept {
  switch (value) {
    case code::system_error:
    case code::system_busy:
    case code::service_not_available:
    case code::no_permission:
    case code::topic_not_exist:
    case code::no_buyer_id:
    case code::not_in_current_unit:
    case code::go_away: return true;
    default: return false;
  }
}

send_progress::next send_progress::on_refusal(error why, bool time_left) {
  --left_;
  const bool retryable = is_retryable_code(why.remote_code);
  cause_ = std::move(why);
  return retryable && left_ > 0 && time_left ? next::retry : next::done;
}

send_progress::next send_progress::on_failure(error why, bool written, bool time_left) {
  if (written) {
    --left_;
    maybe_stored_ = true;
  }
  // An object that stops, or a request that cannot be encoded, fails the same way again.
  const bool final = why.code == errc::stopped || why.code == errc::invalid_argument || why.code == errc::too_large;
  cause_ = std::move(why);
  return !final && left_ > 0 && time_left ? next::retry : next::done;
}

steady_time attempt_deadline(steady_time now, steady_time deadline, std::int32_t attempts_left, bool another_broker) noexcept {
  if (!another_broker || attempts_left <= 1 || deadline <= now) return deadline;
  const auto share = std::max<steady_time::duration>((deadline - now) / attempts_left, least_share);
  return std::min(deadline, now + share);
}

}  // namespace parley::rocketmq::produce
