// The endpoint for those who run a program: /health, /ready and /metrics over HTTP, on a thread of its own.
#pragma once

#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/base/log.hpp>
#include <parley/ops/report.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace parley::ops {

struct operations_options {
  endpoint where{};  ///< a numeric address; port 0 takes a free one
  std::size_t max_connections{64};
  std::size_t max_request_bytes{8192};
  milliseconds patience{5000};       ///< for a request to come, and for its answer to leave
  milliseconds loop_patience{1000};  ///< the main loop answers within this, or it is stuck
  milliseconds report_period{1000};  ///< how often the main loop is asked without a request
};

/// Answers GET and HEAD of
///
/// - `/health`: 200 while the main loop answers, 503 when it does not. Depends on nothing else: who restarts a process for it
///   restarts one that is stuck, and not every one during an outage of something they share;
/// - `/ready`: 200 when every check passes, 503 otherwise, each check named with its age and its error;
/// - `/metrics`: the report's figures and the process' own, as Prometheus' text. From a main loop that is stuck, its last ones.
///
/// The main loop is never waited for but with a limit, and does nothing but take reports, which must be quick. A thread of its
/// own answers, so that a main loop that is stuck can be told.
///
///     auto served = operations_endpoint::open({.where = *address}, context.get_executor(), [&] { return report_of(server); }, log);
///     if (!served) return served.error();
///     …
///     (*served)->drain();   // at SIGTERM: not ready from now on
class operations_endpoint {
 public:
  /// Runs on the main loop.
  using look = std::function<report()>;

  /// Listens and answers from here on. `invalid_argument` for a host name, `unavailable` when the address is in use or not
  /// permitted.
  [[nodiscard]] static result<std::unique_ptr<operations_endpoint>> open(operations_options options,
                                                                         boost::asio::any_io_executor loop, look on_loop,
                                                                         logger log);
  operations_endpoint(const operations_endpoint&) = delete;
  operations_endpoint& operator=(const operations_endpoint&) = delete;
  /// Frees the address and joins. On the main loop's thread, or when that has ended: `on_loop` is not called after this.
  ~operations_endpoint();

  /// Not ready from now on, whatever else holds. Any thread.
  void drain() noexcept;
  /// With the port that port 0 became.
  [[nodiscard]] const endpoint& local() const noexcept;

 private:
  struct state;
  explicit operations_endpoint(std::shared_ptr<state> s);
  std::shared_ptr<state> state_;
};

}  // namespace parley::ops
