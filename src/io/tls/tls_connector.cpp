// Connecting with TLS: the files of the options, then TCP, then the handshake.
#include "tcp/tcp_connect.hpp"
#include "tls/tls_stream.hpp"

#include <parley/io/tls.hpp>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <utility>

namespace parley::io {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;

using shared_context = std::shared_ptr<ssl::context>;

error unusable(std::string_view what, const std::string& file, const boost::system::error_code& why) {
  return fail(errc::invalid_argument, fmt::format("the {} {} cannot be used: {}", what, file, why.message()));
}

result<void> trust(ssl::context& context, const tls_options& tls) {
  boost::system::error_code failure;
  context.set_verify_mode(tls.verify ? ssl::verify_peer : ssl::verify_none, failure);
  if (tls.ca_file.empty()) {
    context.set_default_verify_paths(failure);
    if (failure) return unusable("system's list of trusted certificates", "", failure);
    return {};
  }
  context.load_verify_file(tls.ca_file, failure);
  if (failure) return unusable("file of trusted certificates", tls.ca_file, failure);
  return {};
}

result<void> show(ssl::context& context, const tls_options& tls) {
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return fail(errc::invalid_argument, "a client certificate and its key belong together: give both files or none");
  }
  if (tls.certificate_file.empty()) return {};
  boost::system::error_code failure;
  context.use_certificate_chain_file(tls.certificate_file, failure);
  if (failure) return unusable("client certificate", tls.certificate_file, failure);
  // OpenSSL would ask for a pass phrase at the terminal, and wait for it.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, failure);
  context.use_private_key_file(tls.key_file, ssl::context::pem, failure);
  if (failure) return unusable("client certificate's key", tls.key_file, failure);
  return {};
}

result<shared_context> make_context(const tls_options& tls) {
  auto out = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(out->native_handle(), TLS1_2_VERSION);
  if (auto done = trust(*out, tls); !done) return done.error();
  if (auto done = show(*out, tls); !done) return done.error();
  return out;
}

class tls_connector final : public connector {
 public:
  tls_connector(asio::any_io_executor executor, shared_context context, const tcp_options& options)
      : executor_(std::move(executor)), context_(std::move(context)), options_(options), limit_(std::make_shared<lookup_limit>()) {}

  task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, steady_time deadline) override {
    return run(executor_, context_, options_, limit_, std::move(to), deadline);
  }

 private:
  // Static, so that a connect that is under way does not need the connector.
  static task<result<std::unique_ptr<byte_stream>>> run(asio::any_io_executor executor, shared_context context, tcp_options options,
                                                        std::shared_ptr<lookup_limit> limit, endpoint to, steady_time deadline) {
    auto host = to.host;
    auto socket = co_await connect_socket(std::move(executor), std::move(limit), std::move(to), deadline);
    if (!socket) co_return std::move(socket).error();
    auto stream = co_await start_tls(std::move(*socket), options, std::move(context), std::move(host), deadline);
    co_return stream;
  }

  asio::any_io_executor executor_;
  shared_context context_;
  tcp_options options_;
  std::shared_ptr<lookup_limit> limit_;
};

}  // namespace

result<std::unique_ptr<connector>> make_tls_connector(asio::any_io_executor executor, const tls_options& tls, tcp_options tcp) {
  auto context = make_context(tls);
  if (!context) return std::move(context).error();
  return std::unique_ptr<connector>(std::make_unique<tls_connector>(std::move(executor), std::move(*context), tcp));
}

}  // namespace parley::io
