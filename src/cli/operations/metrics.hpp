// The metrics of /metrics. docs/operations.md lists them.
#pragma once

#include <parley/chat/client/client.hpp>
#include <parley/chat/server/server.hpp>
#include <parley/ops/figures.hpp>
#include <parley/rocketmq/client.hpp>

namespace parley::cli {

[[nodiscard]] ops::figures figures_of(const chat::server& what);
[[nodiscard]] ops::figures figures_of(const chat::client& what);
[[nodiscard]] ops::figures figures_of(const rocketmq::client_stats& bus, const rocketmq::producer_stats& sends);

}  // namespace parley::cli
