// What a server or client tells operations: the chat's own findings and counters under the names that are asked for.
#pragma once

#include <parley/chat/client/client.hpp>
#include <parley/chat/server/server.hpp>
#include <parley/ops/report.hpp>
#include <parley/rocketmq/client.hpp>

namespace parley::cli {

/// On the program's thread. docs/operations.md describes each check and each metric.
[[nodiscard]] ops::report report_of(const chat::server& what, const rocketmq::client& bus);
[[nodiscard]] ops::report report_of(const chat::client& what, const rocketmq::client& bus);

}  // namespace parley::cli
