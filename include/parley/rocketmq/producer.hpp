// Sending, with an outcome that says what is known.
#pragma once

#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/message.hpp>

#include <optional>

namespace parley::rocketmq {

/// What became of a send. A time-out is `unknown`, never `rejected`.
enum class send_status : std::uint8_t {
  stored,    ///< a broker said that it holds the message
  rejected,  ///< provably not stored: refused for good, or not one byte of it left
  unknown,   ///< it may be stored, now or a little later
};
[[nodiscard]] std::string_view name_of(send_status status) noexcept;

/// How durable a stored message is, as the broker said it.
enum class store_detail : std::uint8_t { ok, flush_disk_timeout, flush_slave_timeout, slave_not_available };

struct send_outcome {
  send_status status{send_status::unknown};
  std::string message_id;         ///< the unique key; the same in every attempt
  std::string offset_message_id;  ///< when stored
  message_queue queue;            ///< when stored, else the last one tried
  std::int64_t queue_offset{-1};  ///< when stored
  store_detail detail{store_detail::ok};
  std::int32_t attempts{0};
  error cause{};                  ///< when not stored: the last failure

  [[nodiscard]] bool stored() const noexcept { return status == send_status::stored; }
};

struct producer_options {
  std::string group;                          ///< 1 to 120 characters
  milliseconds send_timeout{3000};            ///< one deadline over all attempts of a send
  std::int32_t retries{2};                    ///< after a refusal or an unanswered attempt, on another broker if there is one; connecting is tried until the deadline
  std::size_t compress_from_bytes{4096};      ///< zlib above; 0 = never
  std::size_t max_in_flight{4096};            ///< sends under way; past it a send is rejected with `overloaded`
  std::int32_t default_topic_queues{4};       ///< for a topic that the broker creates on first use
};

/// Counters of one producer: how its sends ended. Refused before they began (stopped, overloaded, invalid) are rejected, too.
struct producer_stats {
  std::uint64_t stored{0}, rejected{0}, unknown{0};
  std::size_t in_flight{0};
};

struct send_options {
  std::optional<milliseconds> timeout{};      ///< instead of the producer's
  std::optional<message_queue> queue{};       ///< exactly this queue; then retries stay on it
};

/// Thread-safe. May be destroyed with sends under way: they complete as the client stops or by their deadlines.
class producer {
 public:
  using callback = std::function<void(send_outcome)>;

  producer(client& owner, producer_options options);
  producer(producer&&) noexcept;
  producer& operator=(producer&&) noexcept;
  ~producer();

  /// Blocks until the outcome is known or the deadline has passed (at most 100 ms later).
  [[nodiscard]] send_outcome send(message what, send_options options = {});
  /// Calls back exactly once, on the client's thread (on the caller's when the client does not run). Must not block there.
  void send(message what, send_options options, callback done);
  [[nodiscard]] awaitable<send_outcome> async_send(message what, send_options options = {});

  /// Whether a message to this topic would find a broker now: its route names one that can be written to, and one of those
  /// answers a question that changes nothing. Sends no message; for readiness. Otherwise the error of the last one asked.
  awaitable<result<void>> async_reach(std::string topic, milliseconds deadline);

  [[nodiscard]] producer_stats stats() const;

  /// Waits for what is under way, then unregisters the group. Idempotent. Sends after it are rejected with `stopped`.
  result<void> stop(milliseconds deadline = milliseconds{5000});
  awaitable<result<void>> async_stop(milliseconds deadline = milliseconds{5000});

  struct state;

 private:
  std::shared_ptr<state> state_;
};

}  // namespace parley::rocketmq
