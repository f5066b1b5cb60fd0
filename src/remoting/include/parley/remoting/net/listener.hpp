// The accepting end of remoting: connections as they come, with a bound and an orderly end.
#pragma once

#include <parley/base/endpoint.hpp>
#include <parley/io/acceptor.hpp>
#include <parley/io/task.hpp>
#include <parley/remoting/net/connection.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace parley::remoting {

struct listener_options {
  connection_options connection{};
  std::size_t max_connections{10'000};  ///< one more is accepted and closed at once, so that its client hears of it
  milliseconds accept_pause{100};       ///< before the next accept when descriptors or memory have run out
};

/// What a listener calls. Each may be empty; they run on its executor and must not block.
struct listener_handlers {
  connection::request_handler on_request{};
  std::function<void(const std::shared_ptr<connection>&)> on_open{};
  std::function<void(const std::shared_ptr<connection>&, const error& why)> on_close{};
};

/// Plain counters, read on the owning thread.
struct listener_probe {
  std::uint64_t accepted{0};
  std::uint64_t refused{0};  ///< over max_connections
  std::uint64_t paused{0};   ///< times that accepting paused for want of descriptors or memory
};

/// Accepts and owns connections. One thread, that of its executor.
///
///     auto taken = io::make_tcp_acceptor(executor, endpoint{"127.0.0.1", 0});
///     listener serving(std::move(*taken), executor, {}, {.on_request = answer});
///     serving.start();                       // serving.local() has the port
///     co_await serving.stop(deadline);
class listener {
 public:
  listener(std::unique_ptr<io::acceptor> from, boost::asio::any_io_executor executor, listener_options options, listener_handlers handlers);
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;
  /// Closes. What is under way ends on the executor by itself.
  ~listener();

  void start();
  [[nodiscard]] const endpoint& local() const noexcept;
  [[nodiscard]] std::size_t connections() const noexcept;
  [[nodiscard]] const listener_probe& probe() const noexcept;

  /// Frees the address, lets each connection finish writing what is queued, closes it, and waits until all are closed. False
  /// when bytes were still unsent at the deadline; everything is closed then too. Idempotent.
  io::task<bool> stop(steady_time deadline);
  /// Frees the address and closes every connection now. Idempotent.
  void close();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace parley::remoting
