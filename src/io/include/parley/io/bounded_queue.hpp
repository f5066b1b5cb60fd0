// A queue between coroutines of one thread, with a bound and an end.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace parley::io {

/// First in, first out. Producers may wait for room, consumers for values. After close() pushes are refused and pops
/// drain what is left, then return nothing. Waiting ones are woken by close(); a cancelled wait ends like one whose
/// deadline has come. One thread.
template <class T>
class bounded_queue {
 public:
  bounded_queue(boost::asio::any_io_executor executor, std::size_t bound)
      : room_(executor), filled_(std::move(executor)), bound_(bound) {}

  /// False, and the value is dropped, when full or closed.
  bool try_push(T value) {
    if (closed_ || values_.size() >= bound_) return false;
    values_.push_back(std::move(value));
    filled_.notify_one();
    return true;
  }
  /// Waits for room until the deadline. False, and the value is dropped, when there was none or the queue was closed.
  task<bool> push(T value, steady_time deadline) {
    while (!closed_ && values_.size() >= bound_) {
      const auto why = co_await room_.wait_until(deadline);
      if (why != wake_reason::notified) break;
    }
    co_return try_push(std::move(value));
  }
  /// Nothing when empty.
  std::optional<T> try_pop() {
    if (values_.empty()) return std::nullopt;
    std::optional<T> out(std::move(values_.front()));
    values_.pop_front();
    room_.notify_one();
    return out;
  }
  /// Waits for a value until the deadline. Nothing when none came, or the queue is closed and empty.
  task<std::optional<T>> pop(steady_time deadline) {
    while (!closed_ && values_.empty()) {
      const auto why = co_await filled_.wait_until(deadline);
      if (why != wake_reason::notified) break;
    }
    co_return try_pop();
  }
  void close() {
    closed_ = true;
    room_.notify_all();
    filled_.notify_all();
  }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

 private:
  signal room_;
  signal filled_;
  std::deque<T> values_;
  std::size_t bound_;
  bool closed_{false};
};

}  // namespace parley::io
