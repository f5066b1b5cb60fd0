// What a log is after a crash.
#include "store/recovery.hpp"

#include "store/segment_scan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace parley::broker::store {

namespace {

/// Everything that is no record, and how far records go, over all segments.
struct survey {
  std::vector<damaged_range> gaps{};
  bool any{false};
  std::uint64_t last_end{0};
  std::uint64_t durable{0};

  void take(const segment_scan::found& record) {
    any = true;
    last_end = record.to;
    durable = std::max(durable, record.head.durable_before);
  }
  void add_gap(std::uint64_t from, std::uint64_t to) {
    if (from >= to) return;
    if (!gaps.empty() && gaps.back().to == from) {
      gaps.back().to = to;
    } else {
      gaps.push_back({from, to});
    }
  }
};

/// Nothing when the segment ended on purpose; else from where on it holds nothing whole.
result<std::optional<std::uint64_t>> walk(segment_scan scan, survey& into) {
  while (true) {
    auto found = scan.next();
    if (!found) return found.error();
    switch (found->what) {
      case segment_scan::kind::record: into.take(*found); break;
      case segment_scan::kind::gap: into.add_gap(found->from, found->to); break;
      case segment_scan::kind::roll:
        into.durable = std::max(into.durable, found->head.durable_before);
        into.last_end = found->to;
        return std::optional<std::uint64_t>{};
      case segment_scan::kind::rest: return std::optional(found->from);
    }
  }
}

}  // namespace

result<recovered> find_end(const std::vector<segment>& segments, std::uint64_t store_id, std::uint64_t segment_bytes,
                           std::uint64_t durable_mark) {
  survey seen{.last_end = segments.front().first(), .durable = durable_mark};
  // From here to the end of its segment nothing whole was found; whether that is a gap shows when something follows.
  std::optional<std::uint64_t> open_from;
  bool rolled = false;
  auto next_base = segments.front().base;
  for (const auto& one : segments) {
    survey inside{.last_end = one.first(), .durable = seen.durable};
    auto rest = walk(segment_scan(one, store_id, segment_bytes, one.first()), inside);
    if (!rest) return rest.error();
    const bool holds_something = inside.any || !*rest;
    if (holds_something) {
      const auto gap_to = one.first();
      if (open_from) seen.add_gap(*open_from, gap_to);
      if (!open_from && one.base > next_base) seen.add_gap(next_base, gap_to);
      for (const auto& gap : inside.gaps) seen.add_gap(gap.from, gap.to);
      seen.last_end = inside.last_end;
      seen.durable = inside.durable;
      open_from = *rest;
      rolled = !*rest;
    } else if (!open_from) {
      open_from = one.first();
    }
    next_base = one.base + segment_bytes;
  }
  recovered out{.end = rolled && !open_from ? next_base + segment_header_bytes : open_from.value_or(seen.last_end)};
  const auto torn = std::find_if(seen.gaps.begin(), seen.gaps.end(), [&](const damaged_range& gap) { return gap.from >= seen.durable; });
  if (torn != seen.gaps.end()) {
    out.cut_bytes = seen.last_end - torn->from;
    out.end = torn->from;
    seen.gaps.erase(torn, seen.gaps.end());
  } else if (out.end < seen.durable) {
    seen.add_gap(out.end, seen.durable);
    out.end = seen.durable;
  }
  out.damaged = std::move(seen.gaps);
  return out;
}

}  // namespace parley::broker::store
