// Puts the events of each room into the order of their seq and lets each through once.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/chat/contract/event.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace parley::chat {

/// Bounds of what is remembered and how long is waited.
struct event_order_limits {
  std::size_t rooms{1024};             ///< past it the room that was quiet longest is forgotten
  std::size_t held_per_room{256};      ///< past it a gap is skipped without waiting
  std::size_t remembered_ids{4096};    ///< message ids of events without seq, against copies
  milliseconds settle{150};            ///< a room's first event waits so long for one before it, unless it is seq 1 or the start is known
  milliseconds gap_wait{2000};         ///< how long a missing seq is waited for before it is reported
};

/// Seqs of a room that did not come: both ends inclusive.
struct event_gap {
  std::string room_id;
  std::int64_t first_seq{0};
  std::int64_t last_seq{0};
};

/// Counters for tests and logs.
struct event_order_stats {
  std::uint64_t copies{0};   ///< dropped: shown before
  std::uint64_t skipped{0};  ///< seqs that were given up
};

/// No I/O, no clock of its own: the owner calls expire() at next_expiry(). One thread.
///
/// An event with a room and a seq is let through in the order of seq. One without seq, but with a message id, once, as it
/// comes. One with neither (from a foreign server), as it comes.
class event_order {
 public:
  explicit event_order(event_order_limits limits = {});

  /// What can be shown now that this event has come; often just it.
  [[nodiscard]] std::vector<event> offer(event what, steady_time now);

  struct due {
    std::vector<event> ready;
    std::vector<event_gap> gaps;  ///< each to be answered with fill(); the room waits until then
  };
  [[nodiscard]] due expire(steady_time now);
  /// When expire() has something to do next.
  [[nodiscard]] std::optional<steady_time> next_expiry() const;

  /// Ends a gap: with what was found of it elsewhere; what is missing still is skipped and counted.
  [[nodiscard]] std::vector<event> fill(const event_gap& gap, std::vector<event> found, steady_time now);
  /// The room's events up to `seq` have been shown already, as a page of history.
  [[nodiscard]] std::vector<event> start_after(const std::string& room_id, std::int64_t seq, steady_time now);

  [[nodiscard]] const event_order_stats& stats() const noexcept { return stats_; }

 private:
  struct room {
    std::int64_t next{0};  // the seq to be shown next; 0 = not known yet
    std::map<std::int64_t, event> held{};
    std::optional<steady_time> due{};  // when waiting ends; none while nothing is held
    std::uint64_t touched{0};
  };

  room& room_of(const std::string& room_id, std::vector<event>& out);
  void forget_quietest(std::vector<event>& out);
  void take_ready(room& of, std::vector<event>& out);
  void skip_to_held(room& of, std::vector<event>& out);
  void wait_if_held(room& of, steady_time now) const;
  bool remember(const std::string& message_id);

  event_order_limits limits_;
  std::map<std::string, room, std::less<>> rooms_;
  std::unordered_set<std::string> ids_;
  std::deque<std::string> ids_in_order_;
  std::uint64_t touches_{0};
  event_order_stats stats_;
};

}  // namespace parley::chat
