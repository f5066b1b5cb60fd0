// Deadlines and spawning of a push consumer's parts.
#include "consume/member_context.hpp"

#include <parley/io/deadline.hpp>

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

constexpr milliseconds handover_pause{200};

io::task<void> keep_alive(std::shared_ptr<void> /*owner*/, io::task<void> work) { co_await std::move(work); }

}  // namespace

steady_time member_context::request_deadline() const noexcept {
  const auto usual = now() + core->options().request_timeout;
  return stopping ? std::min(usual, stop_deadline) : usual;
}

bool member_context::is_worth_another_try(const error& why, steady_time since) const noexcept {
  const bool in_time = stopping ? now() < stop_deadline : now() - since < timing.handover_patience;
  switch (why.code) {
    case errc::timed_out:
    case errc::disconnected:
    case errc::overloaded: return in_time;
    // A broker that is down has forgotten its locks, and no stop waits for it.
    case errc::unreachable:
    case errc::unavailable: return in_time && !stopping;
    default: return false;
  }
}

io::task<bool> member_context::may_try_again(error why, steady_time since) const {
  if (gate.stopping() || !is_worth_another_try(why, since)) co_return false;
  co_await io::sleep_for(handover_pause);
  co_return !gate.stopping();
}

bool member_context::spawn(io::task_gate& through, io::task<void> work) {
  auto kept = owner.lock();
  if (!kept) return false;
  return through.spawn(keep_alive(std::move(kept), std::move(work)));
}

}  // namespace parley::rocketmq::consume
