// Host names to addresses without ever blocking the event loop or its end.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/io/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace parley::io {

using tcp_addresses = std::vector<boost::asio::ip::tcp::endpoint>;

/// Counts look-ups that are under way, so that a name server that hangs cannot gather threads without bound.
class lookup_limit {
 public:
  static constexpr std::size_t most = 16;
  [[nodiscard]] bool enter() noexcept;
  void leave() noexcept { running_.fetch_sub(1); }

 private:
  std::atomic<std::size_t> running_{0};
};

/// The addresses of a host, at most 16, IPv6 and IPv4 in turns. A numeric host costs nothing; a name is looked up by a thread of its own, which is
/// left behind when the deadline comes first: getaddrinfo cannot be interrupted and may take half a minute. That thread
/// touches nothing but its own request, so everything else may be gone by then.
/// `unreachable` when the name is unknown or the deadline passed; `overloaded` when too many look-ups hang already.
task<result<tcp_addresses>> look_up(endpoint host, steady_time deadline, std::shared_ptr<lookup_limit> limit);

}  // namespace parley::io
