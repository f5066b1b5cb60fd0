// What an attempt's end means for its send: pure decisions, no I/O.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>
#include <parley/rocketmq/producer.hpp>

#include <cstdint>

namespace parley::rocketmq::produce {

/// Codes 0, 10, 11, 12: the broker holds the message.
[[nodiscard]] bool is_stored_code(std::int32_t code) noexcept;
[[nodiscard]] store_detail detail_of(std::int32_t code) noexcept;
/// Refusals that another broker, or the same one a little later, may not repeat.
[[nodiscard]] bool is_retryable_code(std::int32_t code) noexcept;

/// Follows one send over its attempts and says what it has come to.
///
/// An attempt that was written and got no answer may have been stored, and no later attempt can take that back: from then on
/// the send ends as stored or unknown. Attempts of which not one byte left do not count against `retries`: they cost time only,
/// and the deadline bounds them.
class send_progress {
 public:
  explicit send_progress(std::int32_t retries) noexcept : left_(retries + 1) {}

  enum class next : std::uint8_t { done, retry };

  void begin_attempt() noexcept { ++attempts_; }
  /// The broker answered with a code that is not one of stored.
  next on_refusal(error why, bool time_left);
  /// No answer: connection failed or lost, or the attempt's time passed.
  next on_failure(error why, bool written, bool time_left);

  [[nodiscard]] std::int32_t attempts() const noexcept { return attempts_; }
  /// Attempts that may still be made, the next one included.
  [[nodiscard]] std::int32_t left() const noexcept { return left_; }
  /// For a send that ends without being stored.
  [[nodiscard]] send_status status() const noexcept { return maybe_stored_ ? send_status::unknown : send_status::rejected; }
  [[nodiscard]] const error& cause() const noexcept { return cause_; }

 private:
  std::int32_t left_;
  std::int32_t attempts_{0};
  bool maybe_stored_{false};
  error cause_{};
};

/// When the next attempt has to be over: an equal share of what is left when another broker could take over, else all of it.
/// A share is at least 200 ms, so that short deadlines are not cut to nothing.
[[nodiscard]] steady_time attempt_deadline(steady_time now, steady_time deadline, std::int32_t attempts_left, bool another_broker) noexcept;

}  // namespace parley::rocketmq::produce
