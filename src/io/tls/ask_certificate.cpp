// A look at the certificate that a peer shows.
#include "tcp/tcp_connect.hpp"
#include "tls/tls_stream.hpp"

#include <parley/io/tls.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>

namespace parley::io {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;

// Of a name in a certificate: it comes from a peer that nobody has verified.
constexpr std::size_t longest_text = 256;
constexpr std::size_t most_names = 32;

template <auto Free>
struct freed {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};
using bio_ptr = std::unique_ptr<BIO, freed<BIO_free>>;
using names_ptr = std::unique_ptr<GENERAL_NAMES, freed<GENERAL_NAMES_free>>;

/// Printable characters only: it ends up at a terminal.
std::string harmless(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  text.resize(std::min(text.size(), longest_text));
  return text;
}

std::string text_of(const X509_NAME* name) {
  const bio_ptr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return size > 0 ? harmless(std::string(data, static_cast<std::size_t>(size))) : std::string{};
}

std::string text_of(const ASN1_STRING* text) {
  return harmless(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                              static_cast<std::size_t>(ASN1_STRING_length(text))));
}

std::string address_of(const ASN1_OCTET_STRING* text) {
  const auto* const data = ASN1_STRING_get0_data(text);
  if (ASN1_STRING_length(text) == 4) {
    asio::ip::address_v4::bytes_type four{};
    std::copy_n(data, four.size(), four.begin());
    return asio::ip::make_address_v4(four).to_string();
  }
  if (ASN1_STRING_length(text) != 16) return {};
  asio::ip::address_v6::bytes_type sixteen{};
  std::copy_n(data, sixteen.size(), sixteen.begin());
  return asio::ip::make_address_v6(sixteen).to_string();
}

std::vector<std::string> names_in(const X509* certificate) {
  std::vector<std::string> out;
  const names_ptr all(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int at = 0; all && at < sk_GENERAL_NAME_num(all.get()) && out.size() < most_names; ++at) {
    const auto* const one = sk_GENERAL_NAME_value(all.get(), at);
    auto name = one->type == GEN_DNS     ? text_of(one->d.dNSName)
                : one->type == GEN_IPADD ? address_of(one->d.iPAddress)
                                         : std::string{};
    if (!name.empty()) out.push_back(std::move(name));
  }
  return out;
}

std::string text_of_time(const ASN1_TIME* when) {
  std::tm at{};
  if (ASN1_TIME_to_tm(when, &at) != 1) return {};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour, at.tm_min,
                     at.tm_sec);
}

peer_certificate read(const X509* certificate) {
  peer_certificate out;
  out.subject = text_of(X509_get_subject_name(certificate));
  out.issuer = text_of(X509_get_issuer_name(certificate));
  out.names = names_in(certificate);
  out.valid_until = text_of_time(X509_get0_notAfter(certificate));
  return out;
}

}  // namespace

task<result<peer_certificate>> ask_certificate(endpoint to, steady_time deadline) {
  const auto executor = co_await asio::this_coro::executor;
  auto socket = co_await connect_socket(executor, std::make_shared<lookup_limit>(), to, deadline);
  if (!socket) co_return std::move(socket).error();
  ssl::context context(ssl::context::tls_client);
  const auto stream = std::make_shared<ssl::stream<tcp_socket>>(std::move(*socket), context);
  if (!is_address(to.host)) SSL_set_tlsext_host_name(stream->native_handle(), to.host.c_str());
  asio::steady_timer limit(executor, deadline);
  limit.async_wait([held = std::weak_ptr(stream)](const boost::system::error_code& cancelled) {
    const auto alive = held.lock();
    boost::system::error_code ignored;
    if (!cancelled && alive) alive->next_layer().close(ignored);
  });
  boost::system::error_code failure;
  co_await stream->async_handshake(ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, failure));
  limit.cancel();
  if (const auto* const shown = SSL_get0_peer_certificate(stream->native_handle())) co_return read(shown);
  const bool late = failure == asio::error::operation_aborted || failure == asio::error::bad_descriptor;
  co_return error{
      .code = errc::unreachable,
      .message = fmt::format("{} showed no certificate: {}", to.to_string(), late ? "no answer in time" : failure.message()),
      .fault = late ? link_fault::no_answer : link_fault::tls_not_spoken};
}

}  // namespace parley::io
