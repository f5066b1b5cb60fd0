// What was read from one queue and is not finished yet: decides what may be committed and whether to read on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace parley::rocketmq::consume {

/// A queue's next pull waits while one of these is passed.
struct flow_limits {
  std::size_t messages{1000};
  std::size_t bytes{16U * 1024U * 1024U};
  std::int64_t span{2000};  ///< between the lowest unfinished offset and the highest; 0 = not limited (orderly)
};

enum class flow : std::uint8_t { open, too_many, too_large, too_wide };

/// One generation of one assigned queue. The offsets between commit_offset() and next_offset() that are not held here are
/// finished or were filtered out. commit_offset() never falls: everything below it is finished for good.
class process_queue {
 public:
  process_queue(flow_limits limits, std::int64_t first_offset, std::uint64_t generation) noexcept
      : limits_(limits), next_offset_(first_offset), generation_(generation) {}

  /// A message that a pull brought. False, and nothing happens, for an offset below next_offset(): it was read before.
  bool take(std::int64_t offset, std::size_t bytes);
  /// The pull's own word on where to go on: past messages that a filter kept back. Never goes backwards.
  void advance(std::int64_t next_offset) noexcept;
  /// False for an offset that is not in flight.
  bool finish(std::int64_t offset);

  [[nodiscard]] std::int64_t next_offset() const noexcept { return next_offset_; }
  /// The lowest unfinished offset, or next_offset() when nothing is in flight.
  [[nodiscard]] std::int64_t commit_offset() const noexcept;
  [[nodiscard]] flow state() const noexcept;
  [[nodiscard]] std::size_t count() const noexcept { return unfinished_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::int64_t lowest() const noexcept { return unfinished_.empty() ? 0 : unfinished_.begin()->first; }
  [[nodiscard]] std::int64_t highest() const noexcept { return unfinished_.empty() ? 0 : unfinished_.rbegin()->first; }
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

  /// The queue belongs to somebody else now, or to a later generation: nothing is taken any more.
  void drop() noexcept { dropped_ = true; }
  [[nodiscard]] bool dropped() const noexcept { return dropped_; }

 private:
  flow_limits limits_;
  std::int64_t next_offset_;
  std::uint64_t generation_;
  bool dropped_{false};
  std::size_t bytes_{0};
  std::map<std::int64_t, std::size_t> unfinished_;  // offset -> bytes
};

}  // namespace parley::rocketmq::consume
