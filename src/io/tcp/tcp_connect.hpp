// Connecting a socket: what TCP and TLS connectors have in common.
#pragma once

#include "tcp/name_lookup.hpp"
#include "tcp/tcp_stream.hpp"

#include <memory>

namespace parley::io {

/// Resolves and races the addresses, as make_tcp_connector() says. Does not need the caller's objects but the executor.
[[nodiscard]] task<result<tcp_socket>> connect_socket(boost::asio::any_io_executor executor, std::shared_ptr<lookup_limit> limit,
                                                      endpoint to, steady_time deadline);

}  // namespace parley::io
