// Runs the user's handler, blocking or not, and brings its verdict back to the core's thread.
#pragma once

#include "consume/assigned_queue.hpp"
#include "core/client_core.hpp"

#include <parley/base/log.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace parley::rocketmq::consume {

/// Nothing: the handler was not called, since the queue was closed before its turn came.
using verdict_sink = std::function<void(std::optional<consume_verdict>)>;

/// Thread-safe. Held by shared_ptr because a handler may outlive its consumer.
class handler_runner : public std::enable_shared_from_this<handler_runner> {
 public:
  /// Exactly one of the two handlers is set. The core is not kept alive: a completion that comes after its end does nothing.
  handler_runner(push_consumer::handler blocking, push_consumer::async_handler asynchronous,
                 const std::shared_ptr<core::client_core>& core);

  /// On the core's thread. Calls the handler for the message: here and now (asynchronous form) or on the pool. `settled` is
  /// called on the core's thread, later, once; never when the client has stopped first.
  void run(const queue_ptr& queue, const message_ptr& message, verdict_sink settled);
  /// The calling thread is inside one of this consumer's blocking handlers: it must not wait for them.
  [[nodiscard]] bool inside_handler() const;

 private:
  void run_blocking(const queue_ptr& queue, const message_ptr& message, verdict_sink settled);
  void run_async(const queue_ptr& queue, const message_ptr& message, verdict_sink settled);
  [[nodiscard]] consume_verdict call(const received_message& message);
  void log_failure(const message_queue& queue, std::int64_t offset, const char* what) const;

  push_consumer::handler blocking_;
  push_consumer::async_handler asynchronous_;
  std::weak_ptr<core::client_core> core_;
  logger log_;
  mutable std::mutex mutex_;
  std::multiset<std::thread::id> inside_;
};

}  // namespace parley::rocketmq::consume
