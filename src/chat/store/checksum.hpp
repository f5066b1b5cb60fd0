// A checksum over what a message says, so that a damaged one is never taken for what somebody wrote.
#pragma once

#include <parley/chat/store/store.hpp>

#include <cstdint>

namespace parley::chat {

/// CRC-32 (as zlib computes it) over all fields.
[[nodiscard]] std::uint32_t checksum_of(const kept_message& message) noexcept;

}  // namespace parley::chat
