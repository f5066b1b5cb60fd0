// Stored messages as people and programs are shown them. Pure.
#pragma once

#include "admin/admin_command.hpp"

#include <parley/rocketmq/message.hpp>

#include <vector>

namespace parley::cli {

/// Without `with_bodies` only how long they are: what people write is shown to nobody who did not ask for it.
[[nodiscard]] document show_messages(const std::vector<rocketmq::received_message>& messages, bool with_bodies);

}  // namespace parley::cli
