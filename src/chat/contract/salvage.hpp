// What can be learnt from a body that is no request, so that its sender can be answered.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::chat {

/// The top-level strings found before the damage; nothing where the field was not reached, is no string or is not UTF-8.
struct salvaged_ids {
  std::optional<std::string> request_id, user_id, action;
};

/// Reads at most the first 64 KiB, in constant depth of stack, and stops at the first byte that is no JSON.
[[nodiscard]] salvaged_ids salvage_ids(std::string_view body);

}  // namespace parley::chat
