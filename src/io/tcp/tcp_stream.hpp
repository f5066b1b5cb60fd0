// A connected TCP socket as a byte stream.
#pragma once

#include <parley/io/stream.hpp>
#include <parley/io/tcp_options.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace parley::io {

using tcp_socket = boost::asio::ip::tcp::socket;

/// Sets the options on a connected socket. What the system does not support is left alone: none is needed for correctness.
void apply(const tcp_options& options, tcp_socket& socket) noexcept;
[[nodiscard]] std::unique_ptr<byte_stream> make_tcp_stream(tcp_socket socket, const tcp_options& options);
/// What byte_stream::stalled() says of a TCP socket.
[[nodiscard]] bool path_stalled(int socket) noexcept;
/// "ip:port", with brackets around an IPv6 address; an IPv4 address mapped into IPv6 is written as IPv4.
[[nodiscard]] std::string name_of(const boost::asio::ip::tcp::endpoint& address);

}  // namespace parley::io
