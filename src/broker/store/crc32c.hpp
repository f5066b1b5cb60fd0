// CRC-32C (Castagnoli): with the processor's instruction where it has one.
#pragma once

#include <parley/base/bytes.hpp>

#include <cstdint>

namespace parley::broker::store {

/// Goes on from the checksum of what came before; 0 begins.
[[nodiscard]] std::uint32_t crc32c(std::uint32_t before, byte_view more) noexcept;
/// The same by tables alone: what the fast form is held against.
[[nodiscard]] std::uint32_t crc32c_by_table(std::uint32_t before, byte_view more) noexcept;

}  // namespace parley::broker::store
