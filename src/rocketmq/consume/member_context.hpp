// What the parts of a push consumer share.
#pragma once

#include "consume/group_calls.hpp"
#include "consume/subscriptions.hpp"
#include "core/client_core.hpp"

#include <parley/io/task_gate.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace parley::rocketmq::consume {

/// Behind push_consumer_stats; read from any thread.
struct member_counters {
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> retried{0};
  std::atomic<std::uint64_t> dead_lettered{0};
  std::atomic<std::uint64_t> rebalances{0};
  std::atomic<std::uint64_t> pulls{0};
  std::atomic<std::uint64_t> pull_failures{0};
  std::atomic<std::uint64_t> stalls{0};
  std::atomic<bool> rebalanced_once{false};
};

/// Limits that no user sets. Tests shorten them.
struct member_timing {
  /// A lock that was not renewed for so long is taken for lost: nothing further is handed out under it. The broker lets another
  /// client have it after 60 s, so the margin is on our side.
  milliseconds lock_lease{30'000};
  milliseconds lock_renewal{10'000};
  /// What a queue's next owner depends on is tried again for so long before the queue is given away. Within the lease.
  milliseconds handover_patience{20'000};
  /// A queue whose loop did not go round for so long, a pull's hold apart, is given a new one.
  milliseconds stall_limit{120'000};
};

/// Used on the core's thread, but for the constant members and the counters. Parts hold a reference: whoever owns the
/// context owns them too, and what is spawned through it keeps that owner alive.
class member_context {
 public:
  member_context(std::shared_ptr<core::client_core> of, push_consumer_options given, subscription_table table,
                 member_timing limits = {})
      : core(std::move(of)),
        options(std::move(given)),
        timing(limits),
        calls(core, options.group),
        subscriptions(std::move(table)),
        gate(core->executor()),
        held(core->executor()) {}

  const std::shared_ptr<core::client_core> core;
  const push_consumer_options options;
  const member_timing timing;
  const group_calls calls;
  subscription_table subscriptions;
  member_counters counters;
  io::task_gate gate;  ///< loops, which end by themselves when they are told to
  io::task_gate held;  ///< calls whose loops no longer wait for them
  std::weak_ptr<void> owner;
  bool stopping{false};
  steady_time drain_deadline{};  ///< while stopping: handlers are waited for until then
  steady_time stop_deadline{};

  [[nodiscard]] steady_time now() const noexcept { return core->time().steady_now(); }
  [[nodiscard]] const logger& log() const noexcept { return core->log(); }
  [[nodiscard]] bool clustering() const noexcept { return options.model == message_model::clustering; }
  /// Orderly groups own a queue by a lock at the broker, except when every member reads every queue.
  [[nodiscard]] bool locks_queues() const noexcept { return clustering() && options.order == consume_order::orderly; }
  /// For one of the consumer's own requests; while stopping, no later than that allows.
  [[nodiscard]] steady_time request_deadline() const noexcept;
  /// For a request that a queue's next owner depends on: after a pause, whether it is worth another try. `since` is when the
  /// first was made.
  io::task<bool> may_try_again(error why, steady_time since) const;
  /// False, and the work is dropped, once the gate is closed.
  bool spawn(io::task_gate& through, io::task<void> work);

 private:
  [[nodiscard]] bool is_worth_another_try(const error& why, steady_time since) const noexcept;
};

}  // namespace parley::rocketmq::consume
