// From the files of a folder to a log that can be written: what is there, where it ends, and the torn tail made zero.
#pragma once

#include "store/durable_mark.hpp"
#include "store/segment.hpp"

#include <parley/broker/store/commit_log.hpp>

#include <vector>

namespace parley::broker::store {

struct log_parts {
  std::uint64_t store_id{0};
  std::uint64_t segment_bytes{0};
  std::vector<segment> segments{};
  std::uint64_t end{0};
  durable_mark mark;
  log_report report{};
};

/// Opening twice what nobody writes gives the same bytes and the same report but for what was cut. `malformed` where files are there and none of
/// them says which store they belong to.
[[nodiscard]] result<log_parts> open_log(folder& where, const log_options& options);
/// A new segment with its header, durable, its name included. `overloaded` without room, and then nothing of it stays.
[[nodiscard]] result<segment> make_segment(folder& where, const segment_header& as);

}  // namespace parley::broker::store
