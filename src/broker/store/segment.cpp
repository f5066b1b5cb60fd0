// One file of the log.
#include "store/segment.hpp"

#include "store/crc32c.hpp"

#include <fmt/format.h>

#include <charconv>

namespace parley::broker::store {

namespace {

constexpr std::string_view magic = "PARLEYL1";
constexpr std::string_view ending = ".log";
constexpr std::size_t digits = 20;
constexpr std::size_t checked_bytes = 32;

}  // namespace

bytes segment_header::encode() const {
  bytes out;
  byte_writer to(out);
  to.append(magic);
  to.write(store_id);
  to.write(base);
  to.write(size);
  to.write(crc32c(0, out));
  out.resize(segment_header_bytes);
  return out;
}

std::optional<segment_header> segment_header::decode(byte_view in) noexcept {
  if (in.size() < segment_header_bytes || as_text(in.first(magic.size())) != magic) return std::nullopt;
  byte_reader from(in.subspan(magic.size()));
  segment_header out;
  out.store_id = from.read<std::uint64_t>();
  out.base = from.read<std::uint64_t>();
  out.size = from.read<std::uint64_t>();
  const auto checksum = from.read<std::uint32_t>();
  if (checksum != crc32c(0, in.first(checked_bytes))) return std::nullopt;
  return out;
}

std::string segment_name(std::uint64_t base) { return fmt::format("{:0{}}{}", base, digits, ending); }

std::optional<std::uint64_t> segment_base(std::string_view name) noexcept {
  if (name.size() != digits + ending.size() || !name.ends_with(ending)) return std::nullopt;
  std::uint64_t out = 0;
  const auto* end = name.data() + digits;
  const auto read = std::from_chars(name.data(), end, out);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return out;
}

}  // namespace parley::broker::store
