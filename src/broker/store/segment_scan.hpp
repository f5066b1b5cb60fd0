// Walks over one segment: its whole records, and what lies between them that is none.
#pragma once

#include "store/record.hpp"
#include "store/segment.hpp"

#include <cstdint>

namespace parley::broker::store {

/// Reads ahead by a mebibyte at a time. What lies past the file's end reads as zeros. One thread.
class segment_scan {
 public:
  enum class kind : std::uint8_t {
    record,
    gap,   ///< no record, but one follows in this segment
    roll,  ///< the segment ends here on purpose: it says so, or has no room to say so
    rest,  ///< nothing whole follows in this segment
  };
  struct found {
    kind what{kind::rest};
    std::uint64_t from{0}, to{0};  ///< positions in the log
    envelope head{};               ///< of a record
    byte_view payload{};           ///< of a record, until the next call
  };

  /// `from` must be where a record of the segment began, or its first().
  segment_scan(segment of, std::uint64_t store_id, std::uint64_t segment_bytes, std::uint64_t from);
  /// After a roll or rest there is nothing more. Errors are the file's.
  result<found> next();

 private:
  result<byte_view> view(std::uint64_t position, std::uint64_t size);
  result<bool> record_at(std::uint64_t position, found& into);
  result<std::uint64_t> next_record_after(std::uint64_t position);
  [[nodiscard]] std::uint64_t end() const noexcept { return of_.base + segment_bytes_; }

  segment of_;
  std::uint64_t store_id_;
  std::uint64_t segment_bytes_;
  std::uint64_t at_;
  bytes buffer_;
  std::uint64_t buffered_from_{0};
};

}  // namespace parley::broker::store
