// Waiting with an end: sleeping, and running a task for at most so long.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace parley::io {

/// Returns at that time, or at once with `stopped` when the coroutine is cancelled.
task<result<void>> sleep_until(steady_time when);
task<result<void>> sleep_for(milliseconds duration);

namespace detail {

template <class T>
struct timed_run {
  explicit timed_run(boost::asio::any_io_executor executor) : ended(std::move(executor)) {}
  signal ended;
  boost::asio::cancellation_signal give_up;
  std::optional<result<T>> outcome;
  std::exception_ptr failure;
};

// As in a task_gate: a cancelled wait returns and does not throw.
template <class T>
task<result<T>> run_without_throwing(task<result<T>> work) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto outcome = co_await std::move(work);
  co_return outcome;
}

}  // namespace detail

/// Runs `work` and returns what it returns, or `timed_out` saying that `what` took too long. At the deadline the work is
/// cancelled and waited for: a task that ignores cancellation holds this up. Cancelling the caller cancels the work.
template <class T>
task<result<T>> wait_for(task<result<T>> work, steady_time deadline, std::string what) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto run = std::make_shared<detail::timed_run<T>>(executor);
  auto done = [run](std::exception_ptr failure, result<T> outcome) {
    run->failure = std::move(failure);
    run->outcome.emplace(std::move(outcome));
    run->ended.notify_all();
  };
  auto bound = boost::asio::bind_cancellation_slot(run->give_up.slot(), std::move(done));
  boost::asio::co_spawn(executor, detail::run_without_throwing(std::move(work)), std::move(bound));
  const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto why = wake_reason::notified;
  while (!run->outcome && why == wake_reason::notified) why = co_await run->ended.wait_until(deadline);
  const bool late = !run->outcome && why == wake_reason::deadline;
  while (!run->outcome) {
    // Said again and again: cancellation reaches only the operation that is under way at that moment.
    run->give_up.emit(boost::asio::cancellation_type::terminal);
    co_await run->ended.wait_until(std::chrono::steady_clock::now() + milliseconds(10));
  }
  co_await boost::asio::this_coro::throw_if_cancelled(throws);
  if (run->failure) std::rethrow_exception(run->failure);
  if (late && !run->outcome->has_value()) co_return fail(errc::timed_out, std::move(what) + " took too long");
  co_return std::move(*run->outcome);
}

}  // namespace parley::io
