// What every subcommand that talks to RocketMQ stands on: one thread with its context, the bus, and the two signals.
#include "program.hpp"

#include "exit_status.hpp"

#include <boost/asio/co_spawn.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

namespace parley::cli {

namespace {

constexpr milliseconds stop_at_most{10'000};
constexpr milliseconds bus_stop_at_most{2000};
constexpr int signalled = 128;

/// As nohup leaves it, for what shall go on without a terminal.
bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

std::string_view name_of_signal(int number) {
  switch (number) {
    case SIGINT: return "SIGINT";
    case SIGHUP: return "SIGHUP";
    default: return "SIGTERM";
  }
}

}  // namespace

program::program(const bus_config& config)
    : log_of_process_(config.log, config.pod_name, config.pod_namespace),
      log_(log_of_process_.to()),
      stays_(config.log.stays),
      bus_(std::make_unique<rocketmq::client>(bus_options(config, log_), context_)),
      signals_(context_),
      patience_(context_),
      stop_changed_(context_.get_executor()) {
  std::signal(SIGPIPE, SIG_IGN);
}

program::~program() = default;

int program::run(body what) {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  if (stays_ || !is_ignored(SIGHUP)) signals_.add(SIGHUP);
  watch_signals();
  int status = exit_system;
  auto ended = [&](std::exception_ptr failure, int given) {
    signals_.cancel();
    patience_.cancel();
    if (failure) std::rethrow_exception(failure);
    status = given;
  };
  boost::asio::co_spawn(context_, live(std::move(what)), std::move(ended));
  context_.run();
  operations_.reset();
  return status;
}

result<void> program::serve_operations(const std::string& where, std::function<ops::report()> report) {
  if (where.empty()) return {};
  auto address = parse_endpoint(where);
  if (!address) return std::move(address).error();
  ops::operations_options options{.where = std::move(*address)};
  auto opened = ops::operations_endpoint::open(std::move(options), executor(), std::move(report), log_);
  if (!opened) return std::move(opened).error().with_context("--ops: ");
  operations_ = std::move(*opened);
  log_.info("operations are served", {{"address", where}});
  return {};
}

io::task<int> program::live(body what) {
  const auto started = bus_->start();
  if (!started) {
    log_.error("the RocketMQ client does not start", {{"error", started.error().message}});
    co_return exit_system;
  }
  auto work = what();
  const auto status = co_await std::move(work);
  const auto stopped = co_await bus_->async_stop(bus_stop_at_most);
  if (!stopped) log_.warn("the RocketMQ client did not stop cleanly", {{"error", stopped.error().message}});
  co_return status;
}

void program::watch_signals() {
  signals_.async_wait([this](const boost::system::error_code& cancelled, int number) {
    if (cancelled) return;
    if (number == SIGHUP && stays_) log_of_process_.change_level();
    // A terminal that goes away says so twice, by the kernel and by the shell.
    if (number == SIGHUP && (stays_ || stop_asked_)) return watch_signals();
    if (stop_asked_) end_abruptly(signalled + number);
    log_.info("stopping", {{"signal", name_of_signal(number)}});
    patience_.expires_after(stop_at_most);
    patience_.async_wait([this](const boost::system::error_code& in_time) {
      if (in_time) return;
      log_.error("the stop took longer than 10 s");
      end_abruptly(exit_system);
    });
    ask_to_stop();
    watch_signals();
  });
}

void program::ask_to_stop() {
  if (std::exchange(stop_asked_, true)) return;
  if (operations_) operations_->drain();
  stop_changed_.notify_all();
  if (on_stop_) on_stop_();
}

void program::end_abruptly(int status) {
  if (on_abrupt_end_) on_abrupt_end_();
  std::_Exit(status);
}

io::task<void> program::wait_for_stop() {
  while (!stop_asked_) co_await stop_changed_.wait();
}

}  // namespace parley::cli
