// The handshake, and reading and writing after it.
#include "tls/tls_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <string_view>
#include <utility>

namespace parley::io {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;

class tls_stream final : public byte_stream {
 public:
  tls_stream(tcp_socket socket, std::shared_ptr<ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {
    boost::system::error_code failure;
    const auto peer = stream_.next_layer().remote_endpoint(failure);
    if (!failure) peer_ = name_of(peer);
    const auto local = stream_.next_layer().local_endpoint(failure);
    if (!failure) local_ = name_of(local);
  }
  ~tls_stream() override { shut(); }

  task<result<void>> handshake(std::string host) {
    auto* const expected = SSL_get0_param(stream_.native_handle());
    if (is_address(host)) {
      X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
    } else {
      X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
      // A peer with several certificates chooses by the name.
      SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
    }
    boost::system::error_code failure;
    co_await stream_.async_handshake(ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, failure));
    if (!failure) co_return result<void>();
    auto why = reason(failure, host);
    co_return error{
        .code = errc::unreachable, .message = fmt::format("TLS with {} ({}) failed: {}", peer_, host, why.text), .fault = why.fault};
  }

  task<result<std::size_t>> read_some(std::span<std::uint8_t> into) override {
    boost::system::error_code failure;
    const auto target = asio::buffer(into.data(), into.size());
    const std::size_t count = co_await stream_.async_read_some(target, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return broken(failure);
    co_return count;
  }

  task<result<void>> write_all(byte_view from) override {
    boost::system::error_code failure;
    const auto source = asio::buffer(from.data(), from.size());
    co_await asio::async_write(stream_, source, asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return broken(failure);
    co_return result<void>();
  }

  void close() noexcept override { shut(); }
  [[nodiscard]] bool stalled() const noexcept override {
    return path_stalled(const_cast<tcp_socket&>(stream_.next_layer()).native_handle());
  }
  [[nodiscard]] asio::any_io_executor executor() const override {
    return const_cast<tcp_socket&>(stream_.next_layer()).get_executor();
  }
  [[nodiscard]] const std::string& peer_name() const noexcept override { return peer_; }
  [[nodiscard]] const std::string& local_name() const noexcept override { return local_; }

 private:
  void shut() noexcept {
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  }

  struct explained {
    std::string text;
    link_fault fault{link_fault::none};
  };

  explained reason(const boost::system::error_code& failure, const std::string& host) {
    const auto verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict == X509_V_OK && is_tls(failure, SSL_R_WRONG_VERSION_NUMBER)) {
      return {"it does not speak TLS; switch TLS off here, or on there", link_fault::tls_not_spoken};
    }
    if (failure == asio::error::operation_aborted || failure == asio::error::bad_descriptor)
      return {"no answer in time", link_fault::no_answer};
    if (failure == asio::error::eof || failure == ssl::error::stream_truncated || failure == asio::error::connection_reset) {
      return {"it closed the connection; see whether it has TLS on, and asks for a certificate of ours", link_fault::tls_not_spoken};
    }
    if (verdict == X509_V_OK) {
      const auto [text, fault] = advice(failure);
      return {failure.message() + text, fault};
    }
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
      return {fmt::format("its certificate does not name \"{}\"; use a name or address that it has, or map the address", host),
              link_fault::certificate_of_another};
    }
    if (verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID) {
      return {fmt::format("its certificate is refused ({}); renew it, or set the clocks", X509_verify_cert_error_string(verdict)),
              link_fault::certificate_out_of_date};
    }
    return {fmt::format("its certificate is refused ({}); give the file of the authority that signed it",
                        X509_verify_cert_error_string(verdict)),
            link_fault::certificate_untrusted};
  }

  [[nodiscard]] error broken(const boost::system::error_code& why) const {
    // Brokers close without TLS's farewell. Frames say themselves where they end, so a cut is never taken for an end.
    if (why == asio::error::eof || why == ssl::error::stream_truncated) {
      return fail(errc::disconnected, fmt::format("{} closed the connection", peer_));
    }
    if (why == asio::error::operation_aborted || why == asio::error::bad_descriptor) {
      return fail(errc::disconnected, fmt::format("the connection to {} was closed on this side", peer_));
    }
    const auto [text, fault] = advice(why);
    return error{.code = errc::disconnected,
                 .message = fmt::format("the connection to {} broke: {}{}", peer_, why.message(), text),
                 .fault = fault};
  }

  // With TLS 1.3 the peer says only after our side of the handshake what it thinks of our certificate.
  static explained advice(const boost::system::error_code& why) {
    if (why.category() != asio::error::get_ssl_category()) return {};
    switch (ERR_GET_REASON(static_cast<unsigned long>(why.value()))) {
      case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
      case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return {"; it asks for a client certificate: give one, and its key", link_fault::own_certificate_wanted};
      case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        return {"; it says that our client certificate is out of date", link_fault::own_certificate_refused};
      case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        return {"; it does not know the authority that signed our client certificate", link_fault::own_certificate_refused};
      default: return {};
    }
  }
  static bool is_tls(const boost::system::error_code& why, int reason) {
    return why.category() == asio::error::get_ssl_category() && ERR_GET_REASON(static_cast<unsigned long>(why.value())) == reason;
  }

  std::shared_ptr<ssl::context> context_;
  ssl::stream<tcp_socket> stream_;
  std::string peer_;
  std::string local_;
};

}  // namespace

bool is_address(const std::string& host) {
  boost::system::error_code no;
  asio::ip::make_address(host, no);
  return !no;
}

task<result<std::unique_ptr<byte_stream>>> start_tls(tcp_socket socket, tcp_options options, std::shared_ptr<ssl::context> context,
                                                     std::string host, steady_time deadline) {
  apply(options, socket);
  const auto out = std::make_shared<std::unique_ptr<tls_stream>>(std::make_unique<tls_stream>(std::move(socket), std::move(context)));
  asio::steady_timer limit((*out)->executor(), deadline);
  limit.async_wait([held = std::weak_ptr(out)](const boost::system::error_code& cancelled) {
    const auto alive = held.lock();
    if (!cancelled && alive && *alive) (*alive)->close();
  });
  const auto done = co_await (*out)->handshake(std::move(host));
  limit.cancel();
  if (!done) co_return done.error();
  std::unique_ptr<byte_stream> stream = std::move(*out);
  co_return stream;
}

}  // namespace parley::io
