// From the files of a folder to a log that can be written.
#include "store/log_opening.hpp"

#include "store/recovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace parley::broker::store {

namespace {

struct known_segment {
  segment is;
  std::optional<segment_header> header;
};

result<std::vector<known_segment>> find_segments(folder& where) {
  auto names = where.names();
  if (!names) return names.error();
  std::vector<known_segment> out;
  for (const auto& name : *names) {
    const auto base = segment_base(name);
    if (!base) continue;
    auto opened = where.open(name);
    if (!opened) return opened.error();
    bytes raw(segment_header_bytes);
    const auto got = (*opened)->read(0, raw);
    if (!got) return got.error();
    raw.resize(*got);
    auto header = segment_header::decode(raw);
    if (header && header->base != *base) header.reset();
    out.push_back({.is = {.base = *base, .where = std::move(*opened)}, .header = header});
  }
  return out;
}

result<bool> is_blank(const file& where) {
  constexpr std::size_t step = 64UL * 1024UL;
  bytes seen(step);
  for (std::uint64_t at = 0;; at += step) {
    const auto got = where.read(at, seen);
    if (!got) return got.error();
    if (std::any_of(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(*got), [](std::uint8_t byte) { return byte != 0; })) return false;
    if (*got < step) return true;
  }
}

/// Zeros over everything from a place of the file to its last byte that is none.
result<void> blank(file& where, std::uint64_t from) {
  constexpr std::size_t step = 64UL * 1024UL;
  const auto size = where.size();
  if (!size) return size.error();
  const bytes zeros(step);
  bytes seen(step);
  for (auto at = from; at < *size; at += step) {
    const auto got = where.read(at, seen);
    if (!got) return got.error();
    const auto part = byte_view(seen).first(*got);
    if (std::all_of(part.begin(), part.end(), [](std::uint8_t byte) { return byte == 0; })) continue;
    if (auto written = where.write(at, byte_view(zeros).first(*got)); !written) return written;
  }
  return where.flush();
}

/// What lies after the end was never acknowledged and must not come back.
result<void> cut(folder& where, std::vector<segment>& segments, std::uint64_t end, std::uint64_t segment_bytes) {
  bool removed = false;
  while (segments.size() > 1 && segments.back().base >= end) {
    if (auto gone = where.remove(segment_name(segments.back().base)); !gone) return gone;
    segments.pop_back();
    removed = true;
  }
  if (removed) {
    if (auto flushed = where.flush(); !flushed) return flushed;
  }
  auto& last = segments.back();
  if (end >= last.base + segment_bytes) return {};
  return blank(*last.where, end - last.base);
}

result<log_parts> new_log(folder& where, durable_mark mark, const log_options& options) {
  const segment_header header{.store_id = options.new_store_id, .base = 0, .size = options.segment_bytes};
  // In both places, so that the store's id has three witnesses.
  auto written = mark.set(header.store_id, segment_header_bytes);
  if (written) written = mark.set(header.store_id, segment_header_bytes);
  if (written) written = mark.flush();
  if (!written) return written.error();
  auto first = make_segment(where, header);
  if (!first) return first.error();
  log_parts out{.store_id = header.store_id, .segment_bytes = header.size, .end = first->first(), .mark = std::move(mark), .report = {.is_new = true}};
  out.segments.push_back(std::move(*first));
  return out;
}

/// By the first whole header, or else by the mark.
result<segment_header> whose(const std::vector<known_segment>& found, const durable_mark& mark, const log_options& options) {
  for (const auto& one : found) {
    if (one.header) return *one.header;
  }
  if (mark.before()) return segment_header{.store_id = mark.before()->store_id, .size = options.segment_bytes};
  return fail(errc::malformed, "neither a segment of the log nor the durable mark says which store these files are of");
}

/// Headers that are damaged are told; one that was never whole, since no record follows it, is written anew.
result<void> look_at_headers(const std::vector<known_segment>& found, const segment_header& like, log_parts& into) {
  for (const auto& one : found) {
    if (one.header || one.is.base >= into.end) continue;
    if (into.end > one.is.first()) {
      into.report.damaged.push_back({one.is.base, one.is.first()});
      continue;
    }
    auto written = one.is.where->write(0, segment_header{.store_id = like.store_id, .base = one.is.base, .size = like.size}.encode());
    if (written) written = one.is.where->flush();
    if (!written) return written;
  }
  return {};
}

}  // namespace

result<segment> make_segment(folder& where, const segment_header& as) {
  const auto name = segment_name(as.base);
  auto made = where.create(name);
  if (!made) return made.error();
  std::shared_ptr<file> file = std::move(*made);
  if (auto reserved = file->reserve(as.size); !reserved) {
    [[maybe_unused]] const auto removed = where.remove(name);
    return reserved.error();
  }
  auto written = file->write(0, as.encode());
  if (written) written = file->flush();
  if (written) written = where.flush();
  if (!written) return written.error();
  return segment{.base = as.base, .where = std::move(file)};
}

result<log_parts> open_log(folder& where, const log_options& options) {
  auto found = find_segments(where);
  if (!found) return found.error();
  auto mark = durable_mark::open(where);
  if (!mark) return mark.error();
  if (found->size() == 1 && !found->front().header && !mark->before()) {
    // Made just before a crash: nothing was ever in it.
    const auto blank_file = is_blank(*found->front().is.where);
    if (!blank_file) return blank_file.error();
    if (*blank_file) {
      if (auto gone = where.remove(segment_name(found->front().is.base)); !gone) return gone.error();
      found->clear();
    }
  }
  if (found->empty() && mark->before() && mark->before()->position > segment_header_bytes) {
    return fail(errc::malformed, fmt::format("the log was durable up to {} and none of its files is there", mark->before()->position));
  }
  if (found->empty()) return new_log(where, std::move(*mark), options);
  const auto header = whose(*found, *mark, options);
  if (!header) return header.error();
  const auto durable = mark->before() && mark->before()->store_id == header->store_id ? mark->before()->position : 0;
  log_parts out{.store_id = header->store_id, .segment_bytes = header->size, .mark = std::move(*mark)};
  for (const auto& one : *found) {
    if (one.header && (one.header->store_id != header->store_id || one.header->size != header->size)) {
      return fail(errc::malformed, fmt::format("{} belongs to another store than the segments before it", segment_name(one.is.base)));
    }
    // What the system remembers of a write that failed may differ from what the disk has.
    if (one.is.base + header->size > durable) one.is.where->forget_cached();
    out.segments.push_back(one.is);
  }
  const auto ends = find_end(out.segments, header->store_id, header->size, durable);
  if (!ends) return ends.error();
  out.end = ends->end;
  out.report.cut_bytes = ends->cut_bytes;
  if (auto looked = look_at_headers(*found, *header, out); !looked) return looked.error();
  for (const auto& range : ends->damaged) out.report.damaged.push_back({range.from, range.to});
  if (auto cut_off = cut(where, out.segments, out.end, header->size); !cut_off) return cut_off.error();
  // A file that was shortened is whole again, so that a full disk cannot meet a write.
  if (out.end < out.segments.back().base + header->size) {
    if (auto reserved = out.segments.back().where->reserve(header->size); !reserved) return reserved.error();
  }
  return out;
}

}  // namespace parley::broker::store
