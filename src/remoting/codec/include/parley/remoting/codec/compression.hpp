// Compressed message bodies: zlib, LZ4 frames and zstd, each bounded while it inflates.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <cstddef>
#include <cstdint>

namespace parley::remoting {

/// How a body is compressed. Peers written in Go inflate zlib only: it is the one to send.
enum class compression : std::uint8_t { zlib, lz4, zstd };

/// Bodies from this size on are compressed before they are sent, as Java does.
inline constexpr std::size_t compress_from_bytes = 4096;
inline constexpr int compress_level = 5;

/// The compression that the bits of a sys_flag name. No bits mean zlib: older clients, Go and C++ set none.
/// `malformed` for bits that nobody has defined.
result<compression> compression_of(std::int32_t sys_flag);
/// The bits that say so: sys_flag::compressed and the type.
[[nodiscard]] std::int32_t flags_of(compression kind) noexcept;

/// The body compressed, at a level of 1 to 9.
result<bytes> deflate(byte_view in, compression kind = compression::zlib, int level = compress_level);

/// The body inflated. `malformed` when it does not inflate or ends early; `too_large` as soon as it passes `limit` bytes:
/// never more than about twice that is allocated, whatever the input claims.
result<bytes> inflate(byte_view in, compression kind, std::size_t limit);

/// What a producer does before it sends: a body of compress_from_bytes and more is compressed with zlib and the bits of
/// `sys_flag` are set, unless that saves nothing.
void compress_for_send(bytes& body, std::int32_t& sys_flag);

/// CRC-32 (zlib's polynomial) without its top bit, as stored messages and registrations carry it.
[[nodiscard]] std::int32_t body_crc(byte_view in) noexcept;

}  // namespace parley::remoting
