// The rules for the first offset.
#include "consume/start_offset.hpp"

namespace parley::rocketmq::consume {

start_decision decide_start(const result<std::int64_t>& stored, const start_policy& policy, const queue_origin& origin) noexcept {
  start_decision out;
  if (stored.has_value() && *stored >= 0) {
    out.step = start_step::use;
    out.offset = *stored;
    return out;
  }
  if (stored.has_error() && stored.error().code != errc::not_found) return out;
  // What lies in a retry topic was given back by this very group: none of it may be passed over.
  if (origin.retry_topic || policy.from == start_from::earliest) {
    out.step = start_step::ask_earliest;
  } else if (policy.from == start_from::timestamp) {
    out.step = start_step::ask_timestamp;
    out.timestamp_ms = policy.timestamp_ms;
  } else if (origin.appeared_after_ms) {
    // "From the latest" means the latest when the consumer started; by now there may be messages in the new queue.
    out.step = start_step::ask_timestamp;
    out.timestamp_ms = *origin.appeared_after_ms;
  } else {
    out.step = start_step::ask_end;
  }
  return out;
}

}  // namespace parley::rocketmq::consume
