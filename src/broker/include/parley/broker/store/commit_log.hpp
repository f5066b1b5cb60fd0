// The log that everything durable of a broker stands on: records at positions, in files of equal size.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/files.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace parley::broker::store {

struct segment;
class durable_mark;

struct log_options {
  std::uint64_t segment_bytes{128ULL * 1024 * 1024};
  std::uint64_t largest_payload{5ULL * 1024 * 1024};  ///< must fit into a segment
  std::uint64_t new_store_id{1};                      ///< of a log that begins: a random number
};

/// A part of the log that was durable and is no record any more.
struct log_damage {
  std::uint64_t from{0}, to{0};
  friend bool operator==(const log_damage&, const log_damage&) = default;
};

/// What was found when a log was opened.
struct log_report {
  bool is_new{false};
  std::uint64_t cut_bytes{0};          ///< of records that were never acknowledged, at the end; written over with zeros
  std::vector<log_damage> damaged{};   ///< left as it is and never served
};

/// Records are put in by append(), reach the system by write() and the disk by flush(). What flush() has covered survives any crash on a
/// disk that keeps its word; only that may be acknowledged.
///
/// The first write or flush that fails fences the log: nothing is taken any more and nothing becomes durable, since nobody can know what
/// the disk has. Opening it anew reads what is there. A disk without room for a further segment is no such failure: the
/// record is refused, and taken when there is room.
///
/// append() and write() on one thread, flush() on the same or another, the rest on any.
class commit_log {
 public:
  struct opened;
  static result<opened> open(folder& where, log_options options);
  commit_log(const commit_log&) = delete;
  commit_log& operator=(const commit_log&) = delete;
  ~commit_log();

  /// Where a record with so large a payload would go if it were appended next: for payloads that hold their own position.
  [[nodiscard]] std::uint64_t next_position(std::uint64_t payload_bytes) const noexcept;
  /// The record's position. `too_large` over largest_payload, `overloaded` when the disk has no room for a segment.
  result<std::uint64_t> append(byte_view payload);
  /// Hands everything that was appended to the system.
  result<void> write();
  /// Everything that was written when the call began is durable when it returns.
  result<void> flush();

  [[nodiscard]] std::uint64_t begin() const;
  [[nodiscard]] std::uint64_t written() const noexcept { return written_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint64_t durable() const noexcept { return durable_.load(std::memory_order_acquire); }
  [[nodiscard]] bool fenced() const noexcept { return fenced_.load(std::memory_order_acquire); }

  struct record {
    std::uint64_t position{0};
    std::uint64_t next{0};  ///< where the record after it begins, unless the segment ends or damage follows
    bytes payload{};
  };
  /// `malformed` where the record is damaged, `not_found` where there is none (any more, or yet).
  [[nodiscard]] result<record> read(std::uint64_t position) const;
  /// The first whole record at or after a position, such as to read all; `not_found` when there is none up to written().
  [[nodiscard]] result<record> read_next(std::uint64_t position) const;
  /// Removes the segments that lie wholly before a position. The newest one always stays.
  result<void> drop_before(std::uint64_t position);

 private:
  commit_log(folder& where, log_options options, std::uint64_t store_id, std::vector<segment> segments, durable_mark mark, std::uint64_t end);
  [[nodiscard]] bool has_room(std::uint64_t payload_bytes) const noexcept;
  result<void> begin_segment();
  error fence(error why);
  [[nodiscard]] error refused() const;
  [[nodiscard]] std::vector<segment> segments_now() const;

  folder& folder_;
  log_options options_;
  std::uint64_t store_id_;
  std::unique_ptr<durable_mark> mark_;
  mutable std::mutex owner_;        // of segments_ and why_
  std::vector<segment> segments_;
  error why_{};
  // The newest segment, for the appending thread alone: drop_before() may move the others meanwhile.
  std::uint64_t newest_base_;
  std::shared_ptr<file> newest_;
  bytes buffer_;                    // what is appended and not written, from end_ - buffer_.size()
  std::uint64_t end_;
  std::atomic<std::uint64_t> written_;
  std::atomic<std::uint64_t> durable_;
  std::atomic<bool> fenced_{false};
};

struct commit_log::opened {
  std::unique_ptr<commit_log> log;
  log_report report;
};

}  // namespace parley::broker::store
