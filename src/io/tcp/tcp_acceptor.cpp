// Listening on a TCP address.
#include "tcp/tcp_stream.hpp"

#include <parley/io/acceptor.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <utility>

namespace parley::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

bool out_of_resources(const boost::system::error_code& failure) {
  return failure == boost::system::errc::too_many_files_open || failure == boost::system::errc::too_many_files_open_in_system ||
         failure == boost::system::errc::no_buffer_space || failure == boost::system::errc::not_enough_memory;
}

// The peer or the path failed between the handshake and accept(2): it says nothing about the next connection.
bool concerns_one_connection(const boost::system::error_code& failure) {
  return failure == asio::error::connection_aborted || failure == boost::system::errc::protocol_error ||
         failure == asio::error::network_down || failure == asio::error::host_unreachable ||
         failure == asio::error::network_unreachable || failure == boost::system::errc::operation_not_permitted;
}

class tcp_acceptor final : public acceptor {
 public:
  tcp_acceptor(tcp::acceptor listening, endpoint local, const tcp_options& options)
      : listening_(std::move(listening)), local_(std::move(local)), options_(options) {}

  task<result<std::unique_ptr<byte_stream>>> accept() override {
    boost::system::error_code failure;
    do {
      auto socket = co_await listening_.async_accept(asio::redirect_error(asio::use_awaitable, failure));
      if (!failure) co_return make_tcp_stream(std::move(socket), options_);
    } while (concerns_one_connection(failure));
    const auto name = local_.to_string();
    if (out_of_resources(failure))
      co_return fail(errc::overloaded, fmt::format("cannot accept on {}: {}", name, failure.message()));
    if (failure == asio::error::operation_aborted || failure == asio::error::bad_descriptor) {
      co_return fail(errc::stopped, fmt::format("nothing is accepted on {} any more", name));
    }
    co_return fail(errc::unavailable, fmt::format("cannot accept on {}: {}", name, failure.message()));
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    listening_.close(ignored);
  }
  [[nodiscard]] const endpoint& local() const noexcept override { return local_; }

 private:
  tcp::acceptor listening_;
  endpoint local_;
  tcp_options options_;
};

}  // namespace

result<std::unique_ptr<acceptor>> make_tcp_acceptor(asio::any_io_executor executor, const endpoint& on, tcp_options options) {
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(on.host, failure);
  if (failure) return fail(errc::invalid_argument, fmt::format("\"{}\" is no numeric address to listen on", on.host));
  const tcp::endpoint wanted(address, on.port);
  tcp::acceptor listening(std::move(executor));
  listening.open(wanted.protocol(), failure);
  // A restarted listener takes its port back although old connections linger in TIME_WAIT.
  if (!failure) listening.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) listening.bind(wanted, failure);
  if (!failure) listening.listen(tcp::acceptor::max_listen_connections, failure);
  if (failure) return fail(errc::unavailable, fmt::format("cannot listen on {}: {}", on.to_string(), failure.message()));
  const auto port = listening.local_endpoint(failure).port();
  endpoint local{.host = on.host, .port = port};
  std::unique_ptr<acceptor> out = std::make_unique<tcp_acceptor>(std::move(listening), std::move(local), options);
  return out;
}

}  // namespace parley::io
