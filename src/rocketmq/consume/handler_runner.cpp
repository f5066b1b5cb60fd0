// Hand-over between the core's thread and handlers.
#include "consume/handler_runner.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <exception>
#include <string>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

/// Nothing of the work holds the core: queued and never run, it would keep alive what it is queued in.
template <class Work>
void post_to(const std::weak_ptr<core::client_core>& core, Work work) {
  if (const auto alive = core.lock()) boost::asio::post(alive->executor(), std::move(work));
}

/// What an asynchronous handler's completion stands on. Used once; one that is destroyed unused counts as a failure, so that
/// a forgotten completion does not hold back its queue for ever.
class completion {
 public:
  completion(std::weak_ptr<core::client_core> core, verdict_sink settled, std::function<void()> on_forgotten)
      : core_(std::move(core)), settled_(std::move(settled)), on_forgotten_(std::move(on_forgotten)) {}
  completion(const completion&) = delete;
  completion& operator=(const completion&) = delete;
  ~completion() {
    if (used_.load()) return;
    on_forgotten_();
    finish(consume_verdict::retry_later);
  }
  void finish(consume_verdict verdict) {
    if (used_.exchange(true)) return;
    // Always posted: the handler may complete inside its own call.
    post_to(core_, [settled = std::move(settled_), verdict] { settled(verdict); });
  }

 private:
  std::weak_ptr<core::client_core> core_;
  verdict_sink settled_;
  std::function<void()> on_forgotten_;
  std::atomic<bool> used_{false};
};

}  // namespace

handler_runner::handler_runner(push_consumer::handler blocking, push_consumer::async_handler asynchronous,
                               const std::shared_ptr<core::client_core>& core)
    : blocking_(std::move(blocking)), asynchronous_(std::move(asynchronous)), core_(core), log_(core->log()) {}

void handler_runner::run(const queue_ptr& queue, const message_ptr& message, verdict_sink settled) {
  if (blocking_) {
    run_blocking(queue, message, std::move(settled));
  } else {
    run_async(queue, message, std::move(settled));
  }
}

void handler_runner::log_failure(const message_queue& queue, std::int64_t offset, const char* what) const {
  log_.warn("a message handler failed: the message will come again",
            {{"queue", queue.to_string()}, {"offset", std::to_string(offset)}, {"error", what}});
}

consume_verdict handler_runner::call(const received_message& message) {
  const auto self = std::this_thread::get_id();
  {
    const std::lock_guard lock(mutex_);
    inside_.insert(self);
  }
  auto verdict = consume_verdict::retry_later;
  try {
    verdict = blocking_(message);
  } catch (const std::exception& thrown) {
    log_failure(message.queue, message.queue_offset, thrown.what());
  } catch (...) {
    log_failure(message.queue, message.queue_offset, "an exception of an unknown type");
  }
  const std::lock_guard lock(mutex_);
  inside_.erase(inside_.find(self));
  return verdict;
}

void handler_runner::run_blocking(const queue_ptr& queue, const message_ptr& message, verdict_sink settled) {
  const auto core = core_.lock();
  if (!core) return;
  boost::asio::post(core->handler_executor(), [self = shared_from_this(), queue, message, settled = std::move(settled)]() mutable {
    std::optional<consume_verdict> verdict;
    if (!queue->is_closed()) verdict = self->call(*message);
    post_to(self->core_, [queue = std::move(queue), settled = std::move(settled), verdict] { settled(verdict); });
  });
}

void handler_runner::run_async(const queue_ptr& queue, const message_ptr& message, verdict_sink settled) {
  auto forgotten = [self = shared_from_this(), which = queue->queue, offset = message->queue_offset] {
    self->log_failure(which, offset, "its completion was destroyed without being called");
  };
  const auto end = std::make_shared<completion>(core_, std::move(settled), std::move(forgotten));
  try {
    asynchronous_(message, [end](consume_verdict verdict) { end->finish(verdict); });
  } catch (const std::exception& thrown) {
    log_failure(queue->queue, message->queue_offset, thrown.what());
    end->finish(consume_verdict::retry_later);
  }
}

bool handler_runner::inside_handler() const {
  const std::lock_guard lock(mutex_);
  return inside_.contains(std::this_thread::get_id());
}

}  // namespace parley::rocketmq::consume
