// Reading queues of one's own choice: no group membership, no committed offsets, nothing taken from anybody.
#pragma once

#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/message.hpp>

namespace parley::rocketmq {

struct pull_consumer_options {
  /// The group named in each pull. Its configuration must exist at the broker (auto-created there by default; see admin::create_group).
  std::string group;
  milliseconds broker_hold{15'000};  ///< how long the broker may hold a pull that finds nothing
  std::int32_t pull_batch{32};
  std::size_t max_buffered_messages{1000};  ///< read ahead and not polled yet, all queues together
  std::size_t max_buffered_bytes{16U * 1024U * 1024U};
};

/// Counters of one pull consumer.
struct pull_consumer_stats {
  std::size_t queues{0};           ///< read now
  std::int64_t lag{0};             ///< messages in them that are still to be read, as the last pull of each queue said
  std::uint64_t pull_failures{0};  ///< pulls that brought no answer, or a refusal
};

/// Thread-safe; meant for one poller at a time. Each pull carries its own subscription, so the consumer need not be
/// registered and any number of them share a group name with anybody.
class pull_consumer {
 public:
  using callback = std::function<void(result<std::vector<received_message>>)>;
  /// Called on the client's thread for each message as it arrives, in queue order, instead of polling.
  using sink = std::function<void(received_message)>;

  pull_consumer(client& owner, pull_consumer_options options);
  pull_consumer(pull_consumer&&) noexcept;
  pull_consumer& operator=(pull_consumer&&) noexcept;
  ~pull_consumer();

  /// Reads every queue of the topic, also those that appear later (these from their beginning); starts at the present end.
  /// Returns once the end of every queue is fixed: what is stored after that is seen. May be called for several topics.
  result<void> subscribe_from_end(std::string topic, filter what, milliseconds deadline);
  awaitable<result<void>> async_subscribe_from_end(std::string topic, filter what, milliseconds deadline);

  /// Reads exactly these queues (replaces what was assigned), each from `seek`, or from the end where seek was not called.
  result<void> assign(std::vector<message_queue> queues, filter what, milliseconds deadline);
  result<void> seek(const message_queue& queue, std::int64_t offset);
  result<void> seek_to_end(const message_queue& queue, milliseconds deadline);
  result<void> seek_to_begin(const message_queue& queue, milliseconds deadline);
  result<std::vector<message_queue>> queues_of(const std::string& topic, milliseconds deadline);

  /// At least one message, or none at the deadline. `stopped` after stop().
  [[nodiscard]] result<std::vector<received_message>> poll(milliseconds deadline, std::size_t at_most = 64);
  void poll(milliseconds deadline, std::size_t at_most, callback done);
  [[nodiscard]] awaitable<result<std::vector<received_message>>> async_poll(milliseconds deadline, std::size_t at_most = 64);

  /// Whether every broker of the topic would let this group read it now: each is asked for what lies at the end of one queue, and
  /// answers at once. Takes no message and changes nothing. Otherwise the first error, with the broker's own word.
  [[nodiscard]] awaitable<result<void>> async_reach(std::string topic, milliseconds deadline);

  /// Switches from polling to being called. Set before the first subscribe or assign.
  void deliver_to(sink on_message);
  /// Called on the client's thread when a queue could not be read for a while and when it can be again (an empty error).
  void on_trouble(std::function<void(const message_queue&, const error&)> handler);

  [[nodiscard]] pull_consumer_stats stats() const;

  result<void> stop(milliseconds deadline = milliseconds{3000});
  awaitable<result<void>> async_stop(milliseconds deadline = milliseconds{3000});

  struct state;

 private:
  std::shared_ptr<state> state_;
};

}  // namespace parley::rocketmq
