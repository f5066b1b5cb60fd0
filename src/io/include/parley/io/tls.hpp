// TLS over TCP for those who connect.
#pragma once

#include <parley/base/error.hpp>
#include <parley/io/stream.hpp>
#include <parley/io/tcp_options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace parley::io {

/// Files are PEM and read once, when the connector is made.
struct tls_options {
  std::string ca_file{};           ///< who may have signed the peer's certificate; empty = those that the system trusts
  std::string certificate_file{};  ///< our own, its chain after it, for peers that ask for one
  std::string key_file{};          ///< of that certificate
  bool verify{true};  ///< the chain, and that the certificate names the host that was dialled (DNS name or IP address)
};

/// TLS 1.2 or later. A failed handshake is `unreachable`, with what was wrong and what to do about it. `invalid_argument`, and no
/// connector, for a file that cannot be used. The rest is as with make_tcp_connector().
[[nodiscard]] result<std::unique_ptr<connector>> make_tls_connector(boost::asio::any_io_executor executor, const tls_options& tls,
                                                                    tcp_options tcp = {});

/// What a peer shows of itself. Nothing of it is verified.
struct peer_certificate {
  std::string subject{};             ///< as in "CN=broker, O=us"
  std::string issuer{};              ///< likewise
  std::vector<std::string> names{};  ///< DNS names and IP addresses that it may be dialled by
  std::string valid_until{};         ///< "2031-05-01T12:00:00Z"
};

/// Shakes hands without trusting anybody, to see whether there is TLS and with which certificate; then hangs up. Errors as those of
/// make_tls_connector(). A peer that asks for a certificate of ours shows its own first.
[[nodiscard]] task<result<peer_certificate>> ask_certificate(endpoint to, steady_time deadline);

}  // namespace parley::io
