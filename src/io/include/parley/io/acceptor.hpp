// The listening end of byte streams.
#pragma once

#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/io/stream.hpp>
#include <parley/io/task.hpp>
#include <parley/io/tcp_options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace parley::io {

/// Takes connections in, one at a time. Used on its executor only.
class acceptor {
 public:
  acceptor() = default;
  acceptor(const acceptor&) = delete;
  acceptor& operator=(const acceptor&) = delete;
  virtual ~acceptor() = default;

  /// The next connection. `overloaded` when the process is out of descriptors or memory: wait a little and try again;
  /// `stopped` after close().
  virtual task<result<std::unique_ptr<byte_stream>>> accept() = 0;
  /// Frees the address and ends a pending accept. Idempotent.
  virtual void close() noexcept = 0;
  /// The address that is listened on, with the port that port 0 became.
  [[nodiscard]] virtual const endpoint& local() const noexcept = 0;
};

/// Listens on a numeric address ("127.0.0.1", "::", "0.0.0.0"); port 0 takes a free one. `invalid_argument` for a name,
/// `unavailable` when the system refuses (the port is in use, or not permitted).
[[nodiscard]] result<std::unique_ptr<acceptor>> make_tcp_acceptor(boost::asio::any_io_executor executor, const endpoint& on,
                                                                  tcp_options options = {});

}  // namespace parley::io
