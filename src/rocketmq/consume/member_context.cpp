// Deadlines and spawning of a push consumer's parts.
#include "consume/member_context.hpp"

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

io::task<void> keep_alive(std::shared_ptr<void> /*owner*/, io::task<void> work) { co_await std::move(work); }

}  // namespace

steady_time member_context::request_deadline() const noexcept {
  const auto usual = now() + core->options().request_timeout;
  return stopping ? std::min(usual, stop_deadline) : usual;
}

bool member_context::spawn(io::task_gate& through, io::task<void> work) {
  auto kept = owner.lock();
  if (!kept) return false;
  return through.spawn(keep_alive(std::move(kept), std::move(work)));
}

}  // namespace parley::rocketmq::consume
