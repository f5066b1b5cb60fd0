// The checks of /ready.
#pragma once

#include <parley/chat/client/client.hpp>
#include <parley/chat/server/server.hpp>
#include <parley/ops/check.hpp>

#include <vector>

namespace parley::cli {

[[nodiscard]] std::vector<ops::observation> checks_of(const chat::server_health& what);
[[nodiscard]] std::vector<ops::observation> checks_of(const chat::client_health& what);

}  // namespace parley::cli
