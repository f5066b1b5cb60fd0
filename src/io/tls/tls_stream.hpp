// A TLS connection as a byte stream.
#pragma once

#include "tcp/tcp_stream.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace parley::io {

/// Speaks TLS over a connected socket as the side that connected, until the deadline. `host` is what the certificate must name
/// (when the context verifies), and is told to the peer if it is a name. The context must have been made for clients.
[[nodiscard]] task<result<std::unique_ptr<byte_stream>>> start_tls(tcp_socket socket, tcp_options options,
                                                                   std::shared_ptr<boost::asio::ssl::context> context,
                                                                   std::string host, steady_time deadline);

/// Numeric, so that it is no name to be told to a peer or looked up.
[[nodiscard]] bool is_address(const std::string& host);

}  // namespace parley::io
