// Reading and writing a TCP socket.
#include "tcp/tcp_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace parley::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// The third repetition leaves 1.4 s after the first try on a fast path, later on a slow one; the fourth would leave after 3 s.
constexpr unsigned hopeless_retransmits = 3;

class tcp_stream final : public byte_stream {
 public:
  explicit tcp_stream(tcp_socket socket) : socket_(std::move(socket)) {
    boost::system::error_code failure;
    const auto peer = socket_.remote_endpoint(failure);
    if (!failure) peer_ = name_of(peer);
    const auto local = socket_.local_endpoint(failure);
    if (!failure) local_ = name_of(local);
    socket_.non_blocking(true, failure);
  }
  ~tcp_stream() override { shut(); }

  task<result<std::size_t>> read_some(std::span<std::uint8_t> into) override {
    boost::system::error_code failure;
    const auto target = asio::buffer(into.data(), into.size());
    const std::size_t count = co_await socket_.async_read_some(target, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return broken(failure);
    co_return count;
  }

  task<result<void>> write_all(byte_view from) override {
    boost::system::error_code failure;
    // Nearly always the kernel takes everything at once: then no event loop round is spent on it.
    std::size_t taken = socket_.write_some(asio::buffer(from.data(), from.size()), failure);
    if (failure == asio::error::would_block || failure == asio::error::try_again) {
      failure = {};
      taken = 0;
    }
    if (!failure && taken < from.size()) {
      const auto rest = asio::buffer(from.data() + taken, from.size() - taken);
      co_await asio::async_write(socket_, rest, asio::redirect_error(asio::use_awaitable, failure));
    }
    if (failure) co_return broken(failure);
    co_return result<void>();
  }

  void close() noexcept override { shut(); }
  [[nodiscard]] bool stalled() const noexcept override {
    return path_stalled(const_cast<tcp_socket&>(socket_).native_handle());
  }
  [[nodiscard]] asio::any_io_executor executor() const override { return const_cast<tcp_socket&>(socket_).get_executor(); }
  [[nodiscard]] const std::string& peer_name() const noexcept override { return peer_; }
  [[nodiscard]] const std::string& local_name() const noexcept override { return local_; }

 private:
  void shut() noexcept {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  [[nodiscard]] error broken(const boost::system::error_code& why) const {
    if (why == asio::error::eof) return fail(errc::disconnected, fmt::format("{} closed the connection", peer_));
    if (why == asio::error::operation_aborted || why == asio::error::bad_descriptor) {
      return fail(errc::disconnected, fmt::format("the connection to {} was closed on this side", peer_));
    }
    return fail(errc::disconnected, fmt::format("the connection to {} broke: {}", peer_, why.message()));
  }

  tcp_socket socket_;
  std::string peer_;
  std::string local_;
};

void set(tcp_socket& socket, int level, int name, int value) noexcept {
  (void)::setsockopt(socket.native_handle(), level, name, &value, sizeof value);
}

}  // namespace

void apply(const tcp_options& options, tcp_socket& socket) noexcept {
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.unacknowledged.count() > 0) {
    set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(options.unacknowledged.count()));
  }
  if (options.keepalive_idle.count() <= 0) return;
  const auto seconds = [](milliseconds in) { return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(in).count()); };
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, seconds(options.keepalive_idle));
  if (options.keepalive_interval.count() > 0) set(socket, IPPROTO_TCP, TCP_KEEPINTVL, seconds(options.keepalive_interval));
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
}

bool path_stalled(int socket) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  return info.tcpi_unacked > 0 && info.tcpi_retransmits >= hopeless_retransmits;
}

std::unique_ptr<byte_stream> make_tcp_stream(tcp_socket socket, const tcp_options& options) {
  apply(options, socket);
  return std::make_unique<tcp_stream>(std::move(socket));
}

std::string name_of(const tcp::endpoint& address) {
  const auto ip = address.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
    const auto plain = asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6());
    return fmt::format("{}:{}", plain.to_string(), address.port());
  }
  return endpoint{.host = ip.to_string(), .port = address.port()}.to_string();
}

}  // namespace parley::io
