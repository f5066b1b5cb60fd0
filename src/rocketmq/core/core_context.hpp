// What the parts of a client's core share. One thread, but for the constant members and the counters.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/random.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/remoting/net/dialer.hpp>
#include <parley/rocketmq/client.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <optional>
#include <string>

namespace parley::rocketmq::core {

/// Counters behind client_stats, beside those that the dialer keeps; read from any thread.
struct core_counters {
  std::atomic<std::uint64_t> route_refreshes{0};
  std::atomic<std::uint64_t> heartbeats{0};
};

struct core_context {
  core_context(client_options given, std::string id, boost::asio::any_io_executor on);

  const client_options options;
  const std::string client_id;
  const clock& time;
  const boost::asio::any_io_executor executor;
  random_source random;
  io::task_gate gate;
  std::optional<error> unusable;  ///< what start() refuses with; set before the dialer is made
  remoting::dialer dialer;
  core_counters counters;

  [[nodiscard]] const logger& log() const noexcept { return options.log; }
  [[nodiscard]] steady_time now() const noexcept { return time.steady_now(); }
  /// Sleeps, but no longer than to the end of the gate. False once that has come.
  io::task<bool> sleep(milliseconds duration);
};

}  // namespace parley::rocketmq::core
