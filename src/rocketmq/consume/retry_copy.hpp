// A message written anew for its group's retry topic, for when the broker that holds it will not do that.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/command.hpp>
#include <parley/rocketmq/message.hpp>

#include <cstdint>
#include <string_view>

namespace parley::rocketmq::consume {

/// The request (310) that stores a copy with the same unique key, body and properties. `reconsume_times` is what the copy
/// says of itself; past `max_reconsume_times` the broker puts it into the dead letters. Pure.
[[nodiscard]] result<remoting::command> copy_for_retry(const received_message& message, std::string_view group,
                                                       std::int32_t reconsume_times, std::int32_t max_reconsume_times);

}  // namespace parley::rocketmq::consume
