// TLS over TCP for those who connect.
#pragma once

#include <parley/base/error.hpp>
#include <parley/io/stream.hpp>
#include <parley/io/tcp_options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace parley::io {

/// Files are PEM and read once, when the connector is made.
struct tls_options {
  std::string ca_file{};           ///< who may have signed the peer's certificate; empty = those that the system trusts
  std::string certificate_file{};  ///< our own, its chain after it, for peers that ask for one
  std::string key_file{};          ///< of that certificate
  bool verify{true};               ///< the chain, and that the certificate names the host that was dialled (DNS name or IP address)
};

/// TLS 1.2 or later. A failed handshake is `unreachable`, with what was wrong and what to do about it. `invalid_argument`, and no
/// connector, for a file that cannot be used. The rest is as with make_tcp_connector().
[[nodiscard]] result<std::unique_ptr<connector>> make_tls_connector(boost::asio::any_io_executor executor, const tls_options& tls,
                                                                    tcp_options tcp = {});

}  // namespace parley::io
