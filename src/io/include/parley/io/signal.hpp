// A condition variable for coroutines of one thread.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/io/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

namespace parley::io {

/// Why a wait came to its end.
enum class wake_reason : std::uint8_t { notified, deadline, cancelled };

/// Wakes coroutines that wait for a condition. As with any condition variable the waiter looks at its condition before it
/// waits and again after it wakes; a notification with nobody waiting is not remembered. One thread only.
///
///     while (!ready) {
///       const auto why = co_await changed.wait_until(deadline);
///       if (why != io::wake_reason::notified) break;
///     }
///
/// The signal may die before its waiters: they then wake at their deadline or when cancelled.
class signal {
 public:
  explicit signal(boost::asio::any_io_executor executor);

  /// Wakes the one that has waited longest.
  void notify_one();
  /// Wakes all that wait now. They run later, never inside this call.
  void notify_all();

  /// Returns when notified, at the deadline, or when the coroutine is cancelled (which it may ignore once, not in a loop).
  task<wake_reason> wait_until(steady_time deadline);
  task<wake_reason> wait();
  [[nodiscard]] std::size_t waiting() const noexcept { return waiters_->size(); }

 private:
  struct waiter {
    boost::asio::steady_timer* timer;
    bool notified;
  };
  using waiter_list = std::list<waiter>;
  class listed;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<waiter_list> waiters_;  // shared, so that a waiter can take itself off after the signal is gone
};

}  // namespace parley::io
