// The requests that await an answer, found by opaque and ordered by deadline. Pure: no timer, no clock.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/remoting/exchange/opaque_index.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace parley::remoting {

/// Owns one `Waiter` (a movable value) for each request under way. Every waiter leaves exactly once: by take(),
/// take_expired() or take_any(). Bounded; look-up is constant, deadlines cost log n. Memory follows the most requests that
/// were ever under way at once.
template <class Waiter>
class pending_table {
 public:
  /// `first_opaque` is the first one given out: tests begin near the wrap.
  explicit pending_table(std::size_t bound, std::int32_t first_opaque = 1) noexcept : index_(bound, first_opaque) {}

  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
  [[nodiscard]] bool empty() const noexcept { return index_.size() == 0; }
  [[nodiscard]] bool full() const noexcept { return index_.full(); }

  /// The opaque under which the waiter stands, or nothing when full (the waiter is then dropped). Opaques count up, wrap
  /// inside int32 and pass over those still in use.
  std::optional<std::int32_t> add(Waiter waiter, steady_time deadline) {
    const auto entry = index_.insert(deadline);
    if (!entry) return std::nullopt;
    if (entry->slot >= waiters_.size()) waiters_.resize(entry->slot + 1);
    waiters_[entry->slot].emplace(std::move(waiter));
    return entry->opaque;
  }
  /// The waiter, still in the table; null when there is none. Valid until the next change.
  [[nodiscard]] Waiter* find(std::int32_t opaque) noexcept {
    const auto slot = index_.find(opaque);
    return slot ? &*waiters_[*slot] : nullptr;
  }
  /// Takes it out. Nothing when the opaque is not (or no longer) in use.
  std::optional<Waiter> take(std::int32_t opaque) {
    const auto slot = index_.find(opaque);
    if (!slot) return std::nullopt;
    return release(*slot);
  }
  /// One whose deadline is not after `now`, the earliest first.
  std::optional<Waiter> take_expired(steady_time now) {
    const auto slot = index_.earliest();
    if (!slot || index_.deadline(*slot) > now) return std::nullopt;
    return release(*slot);
  }
  /// Any one: to empty the table at the end.
  std::optional<Waiter> take_any() {
    const auto slot = index_.earliest();
    if (!slot) return std::nullopt;
    return release(*slot);
  }
  [[nodiscard]] std::optional<steady_time> earliest_deadline() const noexcept {
    const auto slot = index_.earliest();
    if (!slot) return std::nullopt;
    return index_.deadline(*slot);
  }

 private:
  std::optional<Waiter> release(std::uint32_t slot) {
    std::optional<Waiter> out(std::move(*waiters_[slot]));
    waiters_[slot].reset();
    index_.erase(slot);
    return out;
  }

  opaque_index index_;
  std::vector<std::optional<Waiter>> waiters_;  // by slot of the index
};

}  // namespace parley::remoting
