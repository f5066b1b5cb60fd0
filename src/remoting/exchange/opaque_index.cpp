// Open addressing with linear probing, and a binary heap that knows where each slot stands.
#include <parley/remoting/exchange/opaque_index.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley::remoting {

opaque_index::opaque_index(std::size_t bound, std::int32_t first_opaque) noexcept
    : bound_(std::min<std::size_t>(bound, none - 1)), next_opaque_(static_cast<std::uint32_t>(first_opaque)) {}

std::optional<opaque_index::entry> opaque_index::insert(steady_time deadline) {
  if (full()) return std::nullopt;
  if ((size() + 1) * 2 > table_.size()) grow_table();
  // At most bound_ numbers are in use, so a free one is among the next bound_ + 1.
  while (find(static_cast<std::int32_t>(next_opaque_))) ++next_opaque_;
  const auto opaque = static_cast<std::int32_t>(next_opaque_++);
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  const auto position = heap_.size();
  slots_[slot] = slot_data{.opaque = opaque, .heap_position = static_cast<std::uint32_t>(position), .deadline = deadline};
  heap_.push_back(slot);
  put_in_table(slot);
  sift_up(position);
  return entry{.opaque = opaque, .slot = slot};
}

std::optional<std::uint32_t> opaque_index::find(std::int32_t opaque) const noexcept {
  if (heap_.empty()) return std::nullopt;
  for (auto at = home(opaque); table_[at] != none; at = (at + 1) & (table_.size() - 1)) {
    if (slots_[table_[at]].opaque == opaque) return table_[at];
  }
  return std::nullopt;
}

std::optional<std::uint32_t> opaque_index::earliest() const noexcept {
  if (heap_.empty()) return std::nullopt;
  return heap_.front();
}

void opaque_index::erase(std::uint32_t slot) noexcept {
  remove_from_table(slot);
  const std::size_t position = slots_[slot].heap_position;
  const auto last = heap_.size() - 1;
  if (position != last) swap_in_heap(position, last);
  heap_.pop_back();
  if (position != last) {
    sift_up(position);
    sift_down(position);
  }
  free_.push_back(slot);
}

void opaque_index::grow_table() {
  table_.assign(std::max<std::size_t>(16, table_.size() * 2), none);
  for (const auto slot : heap_) put_in_table(slot);
}

void opaque_index::put_in_table(std::uint32_t slot) noexcept {
  auto at = home(slots_[slot].opaque);
  while (table_[at] != none) at = (at + 1) & (table_.size() - 1);
  table_[at] = slot;
}

std::size_t opaque_index::position_of(std::uint32_t slot) const noexcept {
  auto at = home(slots_[slot].opaque);
  while (table_[at] != slot) {
    assert(table_[at] != none);
    at = (at + 1) & (table_.size() - 1);
  }
  return at;
}

void opaque_index::remove_from_table(std::uint32_t slot) noexcept {
  const auto mask = table_.size() - 1;
  auto hole = position_of(slot);
  // Entries after the hole that were pushed past it by a collision move up, so that no search ends too early.
  for (auto at = (hole + 1) & mask; table_[at] != none; at = (at + 1) & mask) {
    const auto wanted = home(slots_[table_[at]].opaque);
    const bool reaches_hole = ((at - wanted) & mask) >= ((at - hole) & mask);
    if (!reaches_hole) continue;
    table_[hole] = table_[at];
    hole = at;
  }
  table_[hole] = none;
}

bool opaque_index::earlier(std::size_t a, std::size_t b) const noexcept {
  return slots_[heap_[a]].deadline < slots_[heap_[b]].deadline;
}

void opaque_index::swap_in_heap(std::size_t a, std::size_t b) noexcept {
  std::swap(heap_[a], heap_[b]);
  slots_[heap_[a]].heap_position = static_cast<std::uint32_t>(a);
  slots_[heap_[b]].heap_position = static_cast<std::uint32_t>(b);
}

void opaque_index::sift_up(std::size_t position) noexcept {
  while (position > 0) {
    const auto parent = (position - 1) / 2;
    if (!earlier(position, parent)) return;
    swap_in_heap(position, parent);
    position = parent;
  }
}

void opaque_index::sift_down(std::size_t position) noexcept {
  while (true) {
    auto least = position;
    for (auto child = position * 2 + 1; child <= position * 2 + 2 && child < heap_.size(); ++child) {
      if (earlier(child, least)) least = child;
    }
    if (least == position) return;
    swap_in_heap(position, least);
    position = least;
  }
}

}  // namespace parley::remoting
