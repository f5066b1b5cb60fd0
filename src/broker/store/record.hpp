// The envelope of one record in the log: how long, which kind, and checksums that know where it belongs.
#pragma once

#include <parley/base/bytes.hpp>

#include <cstdint>
#include <optional>

namespace parley::broker::store {

/// Positions of records are multiples of this.
inline constexpr std::uint64_t record_alignment = 8;
inline constexpr std::size_t envelope_bytes = 24;

enum class record_kind : std::uint8_t {
  payload = 1,
  /// The rest of the segment is not used: the next record begins the next segment.
  roll = 2,
};

/// Big-endian on the disk: payload's length (4), kind (1), zero (3), durable_before (8), the payload's checksum (4), the envelope's own
/// (4). Both checksums begin with the store's id and the record's position, so that neither a copy of a record inside a payload
/// nor one left by another store or at another place passes for one.
struct envelope {
  std::uint32_t length{0};
  record_kind kind{record_kind::payload};
  std::uint64_t durable_before{0};  ///< everything before this position was durable when the record was written
  std::uint32_t payload_checksum{0};
  friend bool operator==(const envelope&, const envelope&) = default;
};

/// Envelope, payload and zeros up to the alignment.
[[nodiscard]] constexpr std::uint64_t record_bytes(std::uint64_t payload) noexcept {
  return (envelope_bytes + payload + record_alignment - 1) / record_alignment * record_alignment;
}

/// Appends a whole record to `to`.
void write_record(bytes& to, std::uint64_t store_id, std::uint64_t position, record_kind kind, std::uint64_t durable_before, byte_view payload);
/// The envelope that `in` (at least envelope_bytes) begins with, when it is one of this store for this position.
[[nodiscard]] std::optional<envelope> read_envelope(byte_view in, std::uint64_t store_id, std::uint64_t position) noexcept;
[[nodiscard]] bool payload_is_whole(const envelope& of, byte_view payload, std::uint64_t store_id, std::uint64_t position) noexcept;

}  // namespace parley::broker::store
