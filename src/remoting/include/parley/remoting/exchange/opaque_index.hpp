// Numbers for requests under way: a hash of opaques and a heap of deadlines over the same slots.
#pragma once

#include <parley/base/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace parley::remoting {

/// What pending_table keeps apart from the waiters themselves. A slot is a small number that is reused.
class opaque_index {
 public:
  struct entry {
    std::int32_t opaque;
    std::uint32_t slot;
  };
  explicit opaque_index(std::size_t bound, std::int32_t first_opaque) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  [[nodiscard]] bool full() const noexcept { return heap_.size() >= bound_; }
  /// The next number to consider.
  void continue_at(std::int32_t opaque) noexcept { next_opaque_ = static_cast<std::uint32_t>(opaque); }
  /// Gives out the next free opaque; nothing when full.
  std::optional<entry> insert(steady_time deadline);
  [[nodiscard]] std::optional<std::uint32_t> find(std::int32_t opaque) const noexcept;
  /// The slot with the earliest deadline.
  [[nodiscard]] std::optional<std::uint32_t> earliest() const noexcept;
  /// Of a slot in use.
  [[nodiscard]] steady_time deadline(std::uint32_t slot) const noexcept { return slots_[slot].deadline; }
  void erase(std::uint32_t slot) noexcept;

 private:
  struct slot_data {
    std::int32_t opaque{0};
    std::uint32_t heap_position{0};
    steady_time deadline{};
  };
  static constexpr std::uint32_t none = UINT32_MAX;

  [[nodiscard]] std::size_t home(std::int32_t opaque) const noexcept { return static_cast<std::uint32_t>(opaque) & (table_.size() - 1); }
  [[nodiscard]] std::size_t position_of(std::uint32_t slot) const noexcept;
  [[nodiscard]] bool earlier(std::size_t a, std::size_t b) const noexcept;
  void grow_table();
  void put_in_table(std::uint32_t slot) noexcept;
  void remove_from_table(std::uint32_t slot) noexcept;
  void swap_in_heap(std::size_t a, std::size_t b) noexcept;
  void sift_up(std::size_t position) noexcept;
  void sift_down(std::size_t position) noexcept;

  std::size_t bound_;
  std::uint32_t next_opaque_;
  std::vector<slot_data> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> table_;  // open addressing by opaque; a power of two, at most half full
  std::vector<std::uint32_t> heap_;   // slots, the earliest deadline on top
};

}  // namespace parley::remoting
