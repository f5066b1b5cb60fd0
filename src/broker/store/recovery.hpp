// What a log is after a crash: how far it goes, what of it is damaged, and what was never acknowledged and is cut.
#pragma once

#include <parley/base/files.hpp>

#include "store/segment.hpp"

#include <cstdint>
#include <vector>

namespace parley::broker::store {

struct damaged_range {
  std::uint64_t from{0}, to{0};
  friend bool operator==(const damaged_range&, const damaged_range&) = default;
};

struct recovered {
  std::uint64_t end{0};          ///< where the next record goes
  std::uint64_t cut_bytes{0};    ///< the torn tail that is given up
  std::vector<damaged_range> damaged{};  ///< was durable and is no record any more; never written over
};

/// The segments, oldest first and without holes in their bases but for missing files.
///
/// What was durable (by the durable mark, or by what a later record says of the time it was written) and does not read as records any
/// more is damage: it is reported and left as it is, and what follows it counts. The first place that is no record and was never known
/// to be durable is where the log ends: all that was acknowledged lies before it, since an acknowledgement follows the mark or, at
/// the latest, a record that says so. Reads only.
[[nodiscard]] result<recovered> find_end(const std::vector<segment>& segments, std::uint64_t store_id, std::uint64_t segment_bytes,
                                         std::uint64_t durable_mark);

}  // namespace parley::broker::store
