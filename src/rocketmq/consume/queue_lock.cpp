// Taking, renewing and giving back locks.
#include "consume/queue_lock.hpp"

#include "consume/delivery.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

constexpr milliseconds lock_retry{1000};
constexpr milliseconds lock_retry_at_first{100};

bool contains(const std::vector<message_queue>& queues, const message_queue& wanted) {
  return std::find(queues.begin(), queues.end(), wanted) != queues.end();
}

}  // namespace

io::task<bool> queue_lock::acquire(queue_ptr queue) {
  auto pause = lock_retry_at_first;
  while (!queue->is_closed() && !context_.gate.stopping()) {
    queue->alive_at = context_.now();
    const std::vector<message_queue> wanted{queue->queue};
    const auto asked_at = context_.now();
    const auto locked = co_await context_.calls.lock(queue->queue.broker_name, wanted, context_.request_deadline());
    // The lease runs from when we asked: the broker may have counted from then. Without an answer it may be ours all the same, and
    // must be given back should we want it no more; what is refused is somebody else's, whatever was not answered before.
    const bool ours = locked && contains(*locked, queue->queue);
    if (ours || !locked) queue->locked_at = asked_at;
    if (ours) co_return true;
    if (locked) queue->locked_at.reset();
    if (!locked)
      context_.log().debug("a queue could not be locked", {{"queue", queue->queue.to_string()}, {"reason", locked.error().message}});
    co_await wait_open(queue, context_.now() + pause);
    pause = std::min(pause * 2, lock_retry);
  }
  co_return false;
}

io::task<void> queue_lock::release(queue_ptr queue) {
  if (!queue->locked_at) co_return;
  queue->locked_at.reset();
  const std::vector<message_queue> given{queue->queue};
  const auto released = co_await context_.calls.unlock(queue->queue.broker_name, given, context_.request_deadline());
  if (!released)
    context_.log().warn("a queue's lock was not given back; it ends by itself in a minute",
                        {{"queue", queue->queue.to_string()}, {"reason", released.error().message}});
}

io::task<std::vector<queue_ptr>> queue_lock::renew(std::vector<queue_ptr> queues) {
  std::map<std::string, std::vector<queue_ptr>> by_broker;
  for (auto& queue : queues) {
    if (queue->locked_at) by_broker[queue->queue.broker_name].push_back(queue);
  }
  const auto lease = context_.timing.lock_lease;
  std::vector<queue_ptr> lost;
  for (const auto& [broker, held] : by_broker) {
    std::vector<message_queue> names;
    for (const auto& queue : held) names.push_back(queue->queue);
    const auto asked_at = context_.now();
    const auto locked = co_await context_.calls.lock(broker, names, context_.request_deadline());
    for (const auto& queue : held) {
      if (!queue->locked_at) continue;  // given back meanwhile
      const bool ours = locked && contains(*locked, queue->queue);
      if (ours && !lock_is_dead(*queue->locked_at, asked_at, lease)) queue->locked_at = asked_at;
      if ((locked && !ours) || lock_is_dead(*queue->locked_at, context_.now(), lease)) lost.push_back(queue);
    }
  }
  co_return lost;
}

}  // namespace parley::rocketmq::consume
