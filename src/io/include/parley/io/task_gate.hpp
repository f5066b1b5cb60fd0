// Every coroutine that runs beside its caller goes through a gate, so that a stop knows what to end and what to wait for.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/io/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>

namespace parley::io {

/// Spawns coroutines on one executor, counts them, and ends them together. One thread.
///
/// stop() refuses new ones, asks the running ones to end by cancelling what they wait for, and waits. Inside a gate a
/// cancelled wait returns (with an error where it has one) and does not throw; since a cancellation reaches only the wait
/// that is under way, a loop also looks at stopping(). stop() repeats the cancellation until all have ended.
///
/// An exception that leaves a spawned coroutine is a programming error: it leaves the executor's run().
/// Destroying a gate cancels what still runs and does not wait for it.
class task_gate {
 public:
  explicit task_gate(boost::asio::any_io_executor executor);
  task_gate(const task_gate&) = delete;
  task_gate& operator=(const task_gate&) = delete;
  ~task_gate();

  /// Starts `work` soon, never inside this call. False, and the work is dropped, once stopping.
  bool spawn(task<> work);
  [[nodiscard]] bool stopping() const noexcept;
  [[nodiscard]] std::size_t running() const noexcept;
  /// Refuses new tasks and cancels the running ones, without waiting for them.
  void begin_stop();
  /// True when everything has ended, false when something still ran at the deadline. May be repeated. Not to be called
  /// by a task of this gate, which would wait for itself.
  task<bool> stop(steady_time deadline);

 private:
  struct state;
  class place;
  std::shared_ptr<state> state_;
};

}  // namespace parley::io
