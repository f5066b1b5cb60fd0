// Where to begin reading a queue. Nothing is guessed: an answer that did not come is asked for again.
#pragma once

#include <parley/base/error.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <cstdint>
#include <optional>

namespace parley::rocketmq::consume {

/// What a group begins with where it has no offset.
struct start_policy {
  start_from from{start_from::latest};
  std::int64_t timestamp_ms{0};  ///< for start_from::timestamp
};

/// What is known of a queue besides its stored offset.
struct queue_origin {
  bool retry_topic{false};
  /// Set when the queue was not there as this consumer started: the time since which all its messages are new to the group.
  std::optional<std::int64_t> appeared_after_ms{};
};

enum class start_step : std::uint8_t {
  use,            ///< the stored offset
  ask_earliest,   ///< the broker's minimum offset
  ask_end,        ///< the broker's maximum offset
  ask_timestamp,  ///< the first offset stored at or after `timestamp_ms`
  ask_again,      ///< the query failed: begin nowhere yet
};

struct start_decision {
  start_step step{start_step::ask_again};
  std::int64_t offset{-1};
  std::int64_t timestamp_ms{0};
};

/// `stored` is the answer to the query for the group's offset: `not_found` only where the broker said that there is none.
[[nodiscard]] start_decision decide_start(const result<std::int64_t>& stored, const start_policy& policy,
                                          const queue_origin& origin) noexcept;

}  // namespace parley::rocketmq::consume
