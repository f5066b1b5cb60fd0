// The log that everything durable of a broker stands on.
#include <parley/broker/store/commit_log.hpp>

#include "store/durable_mark.hpp"
#include "store/log_opening.hpp"
#include "store/record.hpp"
#include "store/segment.hpp"
#include "store/segment_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::broker::store {

namespace {

/// Of those, the one that a position lies in; end() for none.
auto holding(const std::vector<segment>& segments, std::uint64_t position, std::uint64_t segment_bytes) {
  auto at = std::upper_bound(segments.begin(), segments.end(), position, [](std::uint64_t value, const segment& one) { return value < one.base; });
  if (at == segments.begin()) return segments.end();
  --at;
  return position < at->base + segment_bytes ? at : segments.end();
}

}  // namespace

result<commit_log::opened> commit_log::open(folder& where, log_options options) {
  const auto smallest = segment_header_bytes + record_bytes(options.largest_payload) + envelope_bytes;
  if (options.segment_bytes < smallest || options.segment_bytes % record_alignment != 0) {
    return fail(errc::invalid_argument, fmt::format("a segment of {} bytes: a multiple of {} from {} on is needed for payloads of {}", options.segment_bytes,
                                                    record_alignment, smallest, options.largest_payload));
  }
  auto parts = open_log(where, options);
  if (!parts) return parts.error();
  opened out{.log = nullptr, .report = std::move(parts->report)};
  options.segment_bytes = parts->segment_bytes;
  out.log.reset(new commit_log(where, options, parts->store_id, std::move(parts->segments), std::move(parts->mark), parts->end));
  // What was found may be in the system's memory only.
  if (auto flushed = out.log->flush(); !flushed) return flushed.error();
  return out;
}

commit_log::commit_log(folder& where, log_options options, std::uint64_t store_id, std::vector<segment> segments, durable_mark mark, std::uint64_t end)
    : folder_(where),
      options_(options),
      store_id_(store_id),
      mark_(std::make_unique<durable_mark>(std::move(mark))),
      segments_(std::move(segments)),
      newest_base_(segments_.back().base),
      newest_(segments_.back().where),
      end_(end),
      written_(end),
      durable_(segments_.front().base) {}

commit_log::~commit_log() = default;

std::vector<segment> commit_log::segments_now() const {
  const std::lock_guard own(owner_);
  return segments_;
}

std::uint64_t commit_log::begin() const {
  const std::lock_guard own(owner_);
  return segments_.front().first();
}

error commit_log::fence(error why) {
  {
    const std::lock_guard own(owner_);
    if (!fenced_.exchange(true)) why_ = why;
  }
  return why;
}

error commit_log::refused() const {
  const std::lock_guard own(owner_);
  return fail(errc::storage, "the log takes nothing any more since an operation on it failed: " + why_.message);
}

/// In the newest segment, when it is the one that end_ lies in.
bool commit_log::has_room(std::uint64_t payload_bytes) const noexcept {
  return end_ >= newest_base_ + segment_header_bytes && end_ + record_bytes(payload_bytes) <= newest_base_ + options_.segment_bytes;
}

std::uint64_t commit_log::next_position(std::uint64_t payload_bytes) const noexcept {
  if (has_room(payload_bytes)) return end_;
  // A log whose newest files are lost goes on in a segment of its own: positions that were given are never given again.
  const auto begun = end_ / options_.segment_bytes * options_.segment_bytes;
  const auto unused = end_ > begun + segment_header_bytes ? begun + options_.segment_bytes : begun;
  return std::max(newest_base_ + options_.segment_bytes, unused) + segment_header_bytes;
}

result<std::uint64_t> commit_log::append(byte_view payload) {
  if (fenced()) return refused();
  if (payload.size() > options_.largest_payload) {
    return fail(errc::too_large, fmt::format("a record of {} bytes; the log takes {}", payload.size(), options_.largest_payload));
  }
  if (!has_room(payload.size())) {
    if (auto begun = begin_segment(); !begun) return begun.error();
  }
  const auto position = end_;
  write_record(buffer_, store_id_, position, record_kind::payload, durable(), payload);
  end_ += record_bytes(payload.size());
  return position;
}

/// Says in the old segment that it has ended, where there is room to say so.
result<void> commit_log::begin_segment() {
  const auto base = next_position(options_.largest_payload) - segment_header_bytes;
  if (auto written = write(); !written) return written;
  auto made = make_segment(folder_, {.store_id = store_id_, .base = base, .size = options_.segment_bytes});
  if (!made) return made.error().code == errc::overloaded ? made.error() : fence(made.error());
  if (end_ >= newest_base_ + segment_header_bytes && end_ + envelope_bytes <= newest_base_ + options_.segment_bytes) {
    write_record(buffer_, store_id_, end_, record_kind::roll, durable(), {});
    end_ += envelope_bytes;
    if (auto written = write(); !written) return written;
  }
  newest_base_ = made->base;
  newest_ = made->where;
  end_ = made->first();
  const std::lock_guard own(owner_);
  segments_.push_back(std::move(*made));
  written_.store(end_, std::memory_order_release);
  return {};
}

result<void> commit_log::write() {
  if (fenced()) return refused();
  if (buffer_.empty()) return {};
  auto written = newest_->write(end_ - buffer_.size() - newest_base_, buffer_);
  if (!written) return fence(written.error());
  buffer_.clear();
  written_.store(end_, std::memory_order_release);
  return {};
}

result<void> commit_log::flush() {
  if (fenced()) return refused();
  const auto upto = written();
  const auto from = durable();
  for (const auto& one : segments_now()) {
    if (one.base + options_.segment_bytes <= from || one.base >= upto) continue;
    if (auto flushed = one.where->flush(); !flushed) return fence(flushed.error());
  }
  // A flush that succeeded beside a write that failed is no reason to acknowledge what comes after the fence.
  if (fenced()) return refused();
  if (upto == from) return {};
  if (auto marked = mark_->set(store_id_, upto); !marked) return fence(marked.error());
  durable_.store(upto, std::memory_order_release);
  return {};
}

result<commit_log::record> commit_log::read(std::uint64_t position) const {
  const auto none = [&] { return fail(errc::not_found, fmt::format("the log has no record at {}", position)); };
  const auto segments = segments_now();
  const auto in = holding(segments, position, options_.segment_bytes);
  if (in == segments.end() || position < in->first() || position % record_alignment != 0 || position + envelope_bytes > written()) return none();
  bytes head(envelope_bytes);
  const auto got = in->where->read(position - in->base, head);
  if (!got) return got.error();
  const auto damaged = [&] { return fail(errc::malformed, fmt::format("the record at {} of the log is damaged", position)); };
  head.resize(envelope_bytes);
  const auto read = *got == envelope_bytes ? read_envelope(head, store_id_, position) : std::nullopt;
  if (!read) return damaged();
  if (read->kind == record_kind::roll) return none();
  if (read->length > options_.largest_payload) return damaged();
  record out{.position = position, .next = position + record_bytes(read->length), .payload = bytes(read->length)};
  const auto body = in->where->read(position - in->base + envelope_bytes, out.payload);
  if (!body) return body.error();
  if (*body != out.payload.size() || !payload_is_whole(*read, out.payload, store_id_, position)) return damaged();
  return out;
}

result<commit_log::record> commit_log::read_next(std::uint64_t position) const {
  const auto upto = written();
  for (const auto& one : segments_now()) {
    if (one.base + options_.segment_bytes <= position || one.base >= upto) continue;
    segment_scan scan(one, store_id_, options_.segment_bytes, std::max(position, one.first()));
    for (bool more = true; more;) {
      auto found = scan.next();
      if (!found) return found.error();
      if (found->what == segment_scan::kind::record && found->to <= upto) {
        return record{.position = found->from, .next = found->to, .payload = bytes(found->payload.begin(), found->payload.end())};
      }
      more = found->what == segment_scan::kind::gap;
    }
  }
  return fail(errc::not_found, fmt::format("the log has no record from {} on", position));
}

result<void> commit_log::drop_before(std::uint64_t position) {
  std::vector<std::string> gone;
  {
    const std::lock_guard own(owner_);
    while (segments_.size() > 1 && segments_.front().base + options_.segment_bytes <= position) {
      gone.push_back(segment_name(segments_.front().base));
      segments_.erase(segments_.begin());
    }
  }
  for (const auto& name : gone) {
    if (auto removed = folder_.remove(name); !removed) return removed;
  }
  return gone.empty() ? result<void>{} : folder_.flush();
}

}  // namespace parley::broker::store
