// Walks over one segment.
#include "store/segment_scan.hpp"

#include <algorithm>
#include <utility>

namespace parley::broker::store {

namespace {

constexpr std::uint64_t read_ahead = 1024ULL * 1024ULL;
constexpr std::size_t kind_at = 4;

bool may_begin_a_record(byte_view in) noexcept {
  const auto kind = in[kind_at];
  return (kind == 1 || kind == 2) && in[kind_at + 1] == 0 && in[kind_at + 2] == 0 && in[kind_at + 3] == 0;
}

}  // namespace

segment_scan::segment_scan(segment of, std::uint64_t store_id, std::uint64_t segment_bytes, std::uint64_t from)
    : of_(std::move(of)), store_id_(store_id), segment_bytes_(segment_bytes), at_(from) {}

/// Within the segment: the caller has checked that.
result<byte_view> segment_scan::view(std::uint64_t position, std::uint64_t size) {
  const bool there = position >= buffered_from_ && position + size <= buffered_from_ + buffer_.size();
  if (!there) {
    buffer_.assign(std::min(std::max(size, read_ahead), end() - position), 0);
    buffered_from_ = position;
    const auto got = of_.where->read(position - of_.base, buffer_);
    if (!got) return got.error();
  }
  return byte_view(buffer_).subspan(position - buffered_from_, size);
}

result<bool> segment_scan::record_at(std::uint64_t position, found& into) {
  if (position + envelope_bytes > end()) return false;
  auto bytes = view(position, envelope_bytes);
  if (!bytes) return bytes.error();
  if (!may_begin_a_record(*bytes)) return false;
  const auto head = read_envelope(*bytes, store_id_, position);
  if (!head) return false;
  into.from = position;
  into.head = *head;
  into.to = position + record_bytes(head->length);
  if (into.to > end()) return false;
  auto whole = view(position, envelope_bytes + head->length);
  if (!whole) return whole.error();
  into.payload = whole->subspan(envelope_bytes);
  into.what = head->kind == record_kind::roll ? kind::roll : kind::record;
  return payload_is_whole(*head, into.payload, store_id_, position);
}

/// The segment's end when there is none.
result<std::uint64_t> segment_scan::next_record_after(std::uint64_t position) {
  found ignored;
  for (auto at = position + record_alignment; at + envelope_bytes <= end(); at += record_alignment) {
    auto whole = record_at(at, ignored);
    if (!whole) return whole.error();
    if (*whole) return at;
  }
  return end();
}

result<segment_scan::found> segment_scan::next() {
  found out{.what = kind::roll, .from = at_, .to = at_};
  if (at_ + envelope_bytes > end()) return out;
  auto whole = record_at(at_, out);
  if (!whole) return whole.error();
  if (*whole) {
    at_ = out.to;
    return out;
  }
  auto following = next_record_after(at_);
  if (!following) return following.error();
  out = {.what = *following == end() ? kind::rest : kind::gap, .from = at_, .to = *following};
  at_ = *following;
  return out;
}

}  // namespace parley::broker::store
