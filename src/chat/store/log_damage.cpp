// A walk over the frames of a write-ahead log, verifying each from the one before it.
#include "log_damage.hpp"

#include <parley/base/bytes.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace parley::chat {
namespace {

constexpr std::size_t header_bytes = 32;
constexpr std::size_t frame_header_bytes = 24;
constexpr std::uint32_t magic_little_endian = 0x377F0682;
constexpr std::uint32_t magic_big_endian = 0x377F0683;

struct checksum {
  std::uint32_t first{0}, second{0};
  friend bool operator==(const checksum&, const checksum&) = default;
};

std::uint32_t word(byte_view from, bool big_endian) noexcept {
  const auto value = byte_reader(from.first(4)).read<std::uint32_t>();
  return big_endian ? value : __builtin_bswap32(value);
}

/// SQLite's: over pairs of words in the order that the magic names.
checksum add(checksum sum, byte_view bytes, bool big_endian) noexcept {
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    sum.first += word(bytes, big_endian) + sum.second;
    sum.second += word(bytes.subspan(4), big_endian) + sum.first;
  }
  return sum;
}

struct log_header {
  std::size_t page_bytes{0};
  std::uint64_t salts{0};
  checksum sum{};
  bool big_endian{false};
};

/// Nothing when it does not verify.
std::optional<log_header> read_header(byte_view bytes) {
  byte_reader in(bytes);
  const auto magic = in.read<std::uint32_t>();
  in.take(4);
  log_header out;
  out.page_bytes = in.read<std::uint32_t>();
  in.take(4);
  out.salts = in.read<std::uint64_t>();
  out.sum.first = in.read<std::uint32_t>();
  out.sum.second = in.read<std::uint32_t>();
  out.big_endian = magic == magic_big_endian;
  const bool known = magic == magic_big_endian || magic == magic_little_endian;
  if (!known || out.page_bytes < 512 || out.page_bytes > 65536 || add({}, bytes.first(24), out.big_endian) != out.sum)
    return std::nullopt;
  return out;
}

struct frame {
  bool commits{false};
  std::uint64_t salts{0};
  checksum sum{};
};

frame read_frame(byte_view bytes) {
  byte_reader in(bytes);
  in.take(4);
  frame out;
  out.commits = in.read<std::uint32_t>() != 0;
  out.salts = in.read<std::uint64_t>();
  out.sum.first = in.read<std::uint32_t>();
  out.sum.second = in.read<std::uint32_t>();
  return out;
}

/// Follows the frames: first as SQLite does, then those that it would drop.
class frame_walk {
 public:
  explicit frame_walk(const log_header& header) : header_(header), before_(header.sum) {}

  /// True once a run behind the first bad frame holds two commits.
  bool take(byte_view bytes) {
    const auto now = read_frame(bytes);
    const bool ours = now.salts == header_.salts;
    const bool verified = ours && before_ &&
                          add(add(*before_, bytes.first(8), header_.big_endian), bytes.subspan(frame_header_bytes),
                              header_.big_endian) == now.sum;
    before_ = ours ? std::optional(now.sum) : std::nullopt;
    if (intact_ && verified) return false;
    // A frame that does not verify may still be what the next one was written after: it begins a run.
    if (intact_ || !verified) commits_ = 0;
    intact_ = false;
    if (ours && now.commits) ++commits_;
    return verified && commits_ >= 2;
  }

 private:
  log_header header_;
  std::optional<checksum> before_;  ///< what the next frame's checksum goes on from
  bool intact_{true};
  int commits_{0};
};

bool blank(byte_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

bool drops_acknowledged_commits(std::int64_t log_bytes, const log_reader& read) {
  bytes buffer(header_bytes);
  if (log_bytes < static_cast<std::int64_t>(header_bytes) || !read(0, buffer)) return false;
  const auto header = read_header(buffer);
  // Space that is laid out is blank; any other header was flushed before the first frame was written.
  if (!header) return !blank(buffer);
  buffer.resize(frame_header_bytes + header->page_bytes);
  const auto frame_bytes = static_cast<std::int64_t>(buffer.size());
  frame_walk walk(*header);
  for (auto at = static_cast<std::int64_t>(header_bytes); at + frame_bytes <= log_bytes && read(at, buffer); at += frame_bytes) {
    if (walk.take(buffer)) return true;
  }
  return false;
}

}  // namespace parley::chat
