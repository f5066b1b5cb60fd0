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

io::task<result<std::vector<message_queue>>> queue_lock::ask(std::string broker, std::vector<queue_ptr> queues) {
  std::vector<message_queue> names;
  for (const auto& queue : queues) {
    names.push_back(queue->queue);
    ++queue->lock_calls;
  }
  auto locked = co_await context_.calls.lock(std::move(broker), std::move(names), context_.request_deadline());
  for (const auto& queue : queues) {
    --queue->lock_calls;
    // An answer ends the doubt about earlier calls too: a broker begins them in the order of their coming.
    queue->lock_in_doubt = !locked && (queue->lock_in_doubt || is_in_doubt(locked.error()));
    queue->changed.notify_all();
  }
  co_return locked;
}

io::task<bool> queue_lock::acquire(queue_ptr queue) {
  auto pause = lock_retry_at_first;
  while (!queue->is_closed() && !context_.gate.stopping()) {
    queue->alive_at = context_.now();
    const std::vector<queue_ptr> wanted{queue};
    const auto asked_at = context_.now();
    const auto locked = co_await ask(queue->queue.broker_name, wanted);
    if (locked && contains(*locked, queue->queue)) {
      // The lease runs from when we asked: the broker may have counted from then.
      queue->locked_at = asked_at;
      co_return true;
    }
    if (!locked)
      context_.log().debug("a queue could not be locked", {{"queue", queue->queue.to_string()}, {"error", locked.error().message}});
    co_await wait_open(queue, context_.now() + pause);
    pause = std::min(pause * 2, lock_retry);
  }
  co_return false;
}

io::task<void> queue_lock::release(queue_ptr queue) {
  const bool held = queue->locked_at.has_value();
  queue->locked_at.reset();  // no renewal names the queue from here on
  co_await calls_ended(queue);
  const bool in_doubt = queue->lock_in_doubt || queue->lock_calls > 0;
  if (!held && !in_doubt) co_return;
  auto released = co_await unlock(queue->queue);
  // The broker may have taken the lock call beside the unlock; before the unlock's answer it has begun it.
  if (released && in_doubt) released = co_await unlock(queue->queue);
  if (!released)
    context_.log().warn("a queue's lock was not given back; it ends by itself in a minute",
                        {{"queue", queue->queue.to_string()}, {"error", released.error().message}});
}

io::task<void> queue_lock::calls_ended(queue_ptr queue) {
  const auto until = context_.request_deadline();
  while (queue->lock_calls > 0 && !context_.gate.stopping()) {
    const auto why = co_await queue->changed.wait_until(until);
    if (why == io::wake_reason::deadline) break;
  }
}

io::task<result<void>> queue_lock::unlock(message_queue queue) {
  const std::vector<message_queue> given{queue};
  const auto begun = context_.now();
  while (true) {
    auto released = co_await context_.calls.unlock(queue.broker_name, given, context_.request_deadline());
    if (released) co_return released;
    const bool again = co_await context_.may_try_again(released.error(), begun);
    if (!again) co_return released;
  }
}

io::task<std::vector<queue_ptr>> queue_lock::renew(std::vector<queue_ptr> queues) {
  std::map<std::string, std::vector<queue_ptr>> by_broker;
  for (auto& queue : queues) by_broker[queue->queue.broker_name].push_back(queue);
  const auto lease = context_.timing.lock_lease;
  std::vector<queue_ptr> lost;
  for (auto& [broker, held] : by_broker) {
    // Looked at only now: while another broker was asked, a queue may have been given back.
    std::erase_if(held, [](const auto& queue) { return !queue->locked_at; });
    if (held.empty()) continue;
    const auto asked_at = context_.now();
    const auto locked = co_await ask(broker, held);
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
