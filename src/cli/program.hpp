// What every subcommand that talks to RocketMQ stands on: one thread with its context, the bus, and the two signals.
#pragma once

#include "config.hpp"

#include <parley/base/log.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>
#include <parley/ops/operations_endpoint.hpp>
#include <parley/rocketmq/client.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>

namespace parley::cli {

/// Runs one coroutine on the calling thread until it has ended. SIGTERM and SIGINT ask it to end; the second one, or 10 s
/// after the first, ends the process at once.
class program {
 public:
  using body = std::function<io::task<int>()>;

  /// A program that stays takes SIGHUP for a change of its log level; for any other it means that its terminal is gone: a stop.
  explicit program(const bus_config& config);
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program();

  /// Answers for operations at `where` ("host:port"; empty = not at all) until run() ends; `report` runs on the program's thread.
  /// Just before run(): a program that does not run yet is not healthy. It is not ready any more from the first signal on.
  [[nodiscard]] result<void> serve_operations(const std::string& where, std::function<ops::report()> report);

  /// Starts the bus, runs the body, stops the bus; gives the body's exit status, or exit_system when the bus does not start.
  int run(body what);

  [[nodiscard]] boost::asio::any_io_executor executor() { return context_.get_executor(); }
  [[nodiscard]] rocketmq::client& bus() noexcept { return *bus_; }
  [[nodiscard]] const logger& log() const noexcept { return log_; }

  /// A signal came, or ask_to_stop() was called.
  [[nodiscard]] bool stop_asked() const noexcept { return stop_asked_; }
  void ask_to_stop();
  /// Called on the first signal, on the program's thread. One at a time.
  void on_stop(std::function<void()> handler) { on_stop_ = std::move(handler); }
  /// Called just before the process ends without unwinding, such as to give the terminal back. Async-signal-safe is not needed.
  void on_abrupt_end(std::function<void()> handler) { on_abrupt_end_ = std::move(handler); }
  /// Returns when a stop is asked for.
  io::task<void> wait_for_stop();

 private:
  void watch_signals();
  io::task<int> live(body what);
  [[noreturn]] void end_abruptly(int status);

  boost::asio::io_context context_{1};
  program_log log_of_process_;
  logger log_;
  bool stays_;
  std::unique_ptr<rocketmq::client> bus_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer patience_;
  io::signal stop_changed_;
  std::function<void()> on_stop_;
  std::function<void()> on_abrupt_end_;
  bool stop_asked_{false};
  std::unique_ptr<ops::operations_endpoint> operations_;  // last: it posts to the context
};

}  // namespace parley::cli
