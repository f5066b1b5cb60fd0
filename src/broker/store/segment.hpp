// One file of the log: its name, its header, and where in it a position lies.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/files.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parley::broker::store {

/// Before the first record of a segment.
inline constexpr std::uint64_t segment_header_bytes = 64;

/// On the disk: "PARLEYL1", store id (8), base (8), size (8), checksum of these (4), zeros; big-endian.
struct segment_header {
  std::uint64_t store_id{0};
  std::uint64_t base{0};  ///< the log position of the file's first byte
  std::uint64_t size{0};
  friend bool operator==(const segment_header&, const segment_header&) = default;

  [[nodiscard]] bytes encode() const;
  /// Nothing where the bytes are no whole header.
  static std::optional<segment_header> decode(byte_view in) noexcept;
};

/// "00000000000134217728.log"
[[nodiscard]] std::string segment_name(std::uint64_t base);
[[nodiscard]] std::optional<std::uint64_t> segment_base(std::string_view name) noexcept;

struct segment {
  std::uint64_t base{0};
  std::shared_ptr<file> where{};
  [[nodiscard]] std::uint64_t first() const noexcept { return base + segment_header_bytes; }
};

}  // namespace parley::broker::store
