// One assignment of one queue, from the rebalance that gave it to the end of its loop.
#pragma once

#include "consume/process_queue.hpp"
#include "consume/start_offset.hpp"

#include <parley/io/signal.hpp>
#include <parley/rocketmq/message.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace parley::rocketmq::consume {

using message_ptr = std::shared_ptr<const received_message>;

/// What progress() shows, written by the owner's thread and read by any.
struct queue_gauges {
  message_queue queue;
  std::uint64_t generation{0};
  std::atomic<std::int64_t> next_offset{-1};
  std::atomic<std::int64_t> commit_offset{-1};
  std::atomic<std::int64_t> broker_max_offset{-1};
  std::atomic<std::size_t> cached{0};
  std::atomic<steady_time> last_pull{};
};

/// Lives as long as its loop or one of its messages' handlers. The core's thread owns it; handler threads read `closed`.
struct assigned_queue {
  assigned_queue(message_queue which, std::uint64_t generation_number, queue_origin from, boost::asio::any_io_executor executor,
                 steady_time now)
      : queue(std::move(which)), generation(generation_number), origin(from), changed(std::move(executor)), alive_at(now) {
    gauges->queue = queue;
    gauges->generation = generation;
    gauges->last_pull.store(now, std::memory_order_relaxed);
  }

  const message_queue queue;
  const std::uint64_t generation;
  const queue_origin origin;

  std::atomic<bool> closed{false};         ///< nothing more is pulled and no further handler begins
  bool abandoned{false};                   ///< verdicts count no more: somebody else has the queue, or a later generation
  bool may_commit{true};                   ///< false when the offset was moved from outside or the lock is lost
  std::optional<process_queue> flight{};   ///< once the first offset is known
  io::signal changed;                      ///< of anything here that a loop waits for
  std::size_t handling{0};                 ///< messages with a handler or on their way back to the broker
  bool serving{false};                     ///< orderly: its serving loop runs
  std::deque<message_ptr> waiting{};       ///< orderly: read and not yet handled
  std::optional<steady_time> locked_at{};  ///< orderly: when we last asked and the broker said that the queue is ours
  std::size_t lock_calls{0};               ///< orderly: on their way
  bool lock_in_doubt{false};               ///< orderly: a lock call was given up, and the broker may take it yet
  bool committing{false};                  ///< a commit is on its way; another would race it
  bool commit_in_doubt{false};             ///< a commit was given up, and the broker may take it yet
  std::int64_t confirmed_offset{-1};       ///< the last that the broker said it had stored
  steady_time confirmed_at{};
  std::int64_t broker_id{0};               ///< whom to pull from, as the last pull suggested
  std::int32_t damaged_pulls{0};           ///< in a row, at the same offset
  steady_time alive_at;                    ///< the loop went round
  std::int64_t last_handled_ms{0};
  const std::shared_ptr<queue_gauges> gauges{std::make_shared<queue_gauges>()};

  /// Ends the loop.
  void close() {
    closed.store(true, std::memory_order_release);
    changed.notify_all();
  }
  /// Ends the loop and makes what its handlers still say worthless.
  void abandon() {
    abandoned = true;
    if (flight) flight->drop();
    close();
  }
  [[nodiscard]] bool is_closed() const noexcept { return closed.load(std::memory_order_acquire); }
  /// Nothing when the first offset was never known, or is not ours to say any more.
  [[nodiscard]] std::optional<std::int64_t> committable() const noexcept {
    if (!flight || !may_commit) return std::nullopt;
    return flight->commit_offset();
  }
  void publish() noexcept {
    if (!flight) return;
    gauges->next_offset.store(flight->next_offset(), std::memory_order_relaxed);
    gauges->commit_offset.store(flight->commit_offset(), std::memory_order_relaxed);
    gauges->cached.store(flight->count(), std::memory_order_relaxed);
  }
  void finish(std::int64_t offset) {
    if (flight && flight->finish(offset)) publish();
    changed.notify_all();
  }
};

using queue_ptr = std::shared_ptr<assigned_queue>;

}  // namespace parley::rocketmq::consume
