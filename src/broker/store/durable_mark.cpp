// A small file beside the log that remembers how far it was durable.
#include "store/durable_mark.hpp"

#include "store/crc32c.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace parley::broker::store {

namespace {

const std::string name = "durable";
// A sector each: one that is torn does not hurt the other.
constexpr std::uint64_t place_bytes = 512;
constexpr std::size_t mark_bytes = 20;

bytes encode(std::uint64_t store_id, std::uint64_t position) {
  bytes out;
  byte_writer to(out);
  to.write(store_id);
  to.write(position);
  to.write(crc32c(0, out));
  return out;
}

std::optional<durable_mark::found> decode(byte_view in) {
  byte_reader from(in);
  durable_mark::found out;
  out.store_id = from.read<std::uint64_t>();
  out.position = from.read<std::uint64_t>();
  const auto checksum = from.read<std::uint32_t>();
  if (!from.ok() || checksum != crc32c(0, in.first(mark_bytes - sizeof checksum))) return std::nullopt;
  return out;
}

}  // namespace

result<durable_mark> durable_mark::open(folder& in) {
  auto names = in.names();
  if (!names) return names.error();
  const bool there = std::find(names->begin(), names->end(), name) != names->end();
  auto opened = there ? in.open(name) : in.create(name);
  if (!opened) return opened.error();
  durable_mark out(std::move(*opened));
  for (const bool second : {false, true}) {
    bytes raw(mark_bytes);
    const auto got = out.where_->read(second ? place_bytes : 0, raw);
    if (!got) return got.error();
    raw.resize(*got);
    const auto mark = decode(raw);
    if (!mark || (out.before_ && mark->position < out.before_->position)) continue;
    out.before_ = mark;
    out.second_ = !second;
  }
  return out;
}

result<void> durable_mark::set(std::uint64_t store_id, std::uint64_t position) {
  auto written = where_->write(second_ ? place_bytes : 0, encode(store_id, position));
  if (!written) return written;
  second_ = !second_;
  return {};
}

}  // namespace parley::broker::store
