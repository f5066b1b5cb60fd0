// Consuming as a member of a group: assignment, offsets, redelivery and dead letters are the library's work.
#pragma once

#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/message.hpp>

#include <span>

namespace parley::rocketmq {

enum class message_model : std::uint8_t {
  clustering,    ///< each message to one member of the group; offsets in the broker
  broadcasting,  ///< each message to every member; offsets in a file of this machine; a failed message is not retried
};

/// Where a group begins that has no offset yet. Resolved by the client and logged, since brokers answer "from the last" on a
/// young topic with its beginning.
enum class start_from : std::uint8_t { latest, earliest, timestamp };

enum class consume_order : std::uint8_t {
  concurrent,  ///< messages of a queue may be handled at the same time; a failed one comes again later through the retry topic
  orderly,     ///< one at a time a queue, under the broker's lock; a failed one is repeated in place before the next
};

/// What the handler made of a message.
enum class consume_verdict : std::uint8_t {
  done,         ///< never deliver it again
  retry_later,  ///< deliver again after a delay that grows (10 s, 30 s, …); past `max_reconsume_times` it goes to %DLQ%group
};

struct push_consumer_options {
  std::string group{};                                          ///< 1 to 120 characters
  std::map<std::string, filter, std::less<>> subscriptions{};   ///< by topic; members of one group must subscribe alike
  message_model model{message_model::clustering};
  consume_order order{consume_order::concurrent};
  start_from start{start_from::latest};
  std::int64_t start_timestamp_ms{0};                           ///< for start_from::timestamp
  std::int32_t max_reconsume_times{16};                         ///< orderly: local repeats before the dead-letter queue
  milliseconds orderly_retry_delay{1000};
  std::int32_t pull_batch{32};                                  ///< messages asked for in one pull, at most 32 pay
  std::size_t max_cached_messages{1000};                        ///< a queue's next pull waits past it
  std::size_t max_cached_bytes{16U * 1024U * 1024U};            ///< a queue's; and the first message over it is still taken
  std::int64_t max_cached_span{2000};                           ///< concurrent: between the oldest unfinished offset and the newest
  milliseconds broker_hold{15'000};                             ///< how long the broker may hold a pull that finds nothing
  milliseconds commit_period{1000};                             ///< changed offsets to the broker or the file
  std::string broadcast_directory{};                            ///< required for broadcasting: where its offsets live, stable across restarts
};

/// One queue's state, for health checks and tests.
struct queue_progress {
  message_queue queue;
  std::int64_t next_offset{-1};       ///< where the next pull begins
  std::int64_t commit_offset{-1};     ///< the lowest unfinished offset
  std::int64_t broker_max_offset{-1};  ///< as the last pull said
  std::size_t cached{0};
  std::uint64_t generation{0};        ///< grows with every assignment of a queue; never two loops on one queue
  milliseconds since_last_pull{0};
};

struct push_consumer_stats {
  std::uint64_t delivered{0}, done{0}, retried{0}, dead_lettered{0}, rebalances{0}, pulls{0}, pull_failures{0}, stalls{0};
  bool rebalanced_once{false};        ///< the first assignment is made (it may be empty)
};

/// Thread-safe. Starts with start(), stops with stop() or with its client.
class push_consumer {
 public:
  /// Runs on the client's handler threads and may block. An exception counts as retry_later and is logged.
  using handler = std::function<consume_verdict(const received_message&)>;
  /// Runs on the client's thread and must not block: call `done` once, from any thread, now or later. Messages of one queue are
  /// offered in offset order, each without waiting for the one before (orderly: it waits).
  using verdict_callback = std::function<void(consume_verdict)>;
  using async_handler = std::function<void(std::shared_ptr<const received_message>, verdict_callback done)>;

  push_consumer(client& owner, push_consumer_options options, handler on_message);
  push_consumer(client& owner, push_consumer_options options, async_handler on_message);
  push_consumer(push_consumer&&) noexcept;
  push_consumer& operator=(push_consumer&&) noexcept;
  ~push_consumer();

  /// Checks the options, registers and begins. Does not wait for brokers: a topic that is not there yet is waited for and logged.
  result<void> start();
  /// Stops pulls, finishes running handlers, commits, unlocks, unregisters. Idempotent.
  result<void> stop(milliseconds deadline = milliseconds{10'000});
  awaitable<result<void>> async_stop(milliseconds deadline = milliseconds{10'000});

  [[nodiscard]] std::vector<queue_progress> progress() const;
  [[nodiscard]] push_consumer_stats stats() const;

  struct state;

 private:
  std::shared_ptr<state> state_;
};

}  // namespace parley::rocketmq
