// The bounds of the wire in one place, with where each comes from.
#pragma once

#include <cstddef>

namespace parley::limits {

/// A whole frame with its length field: Apache RocketMQ's NettyDecoder refuses more.
inline constexpr std::size_t frame_bytes = 16U * 1024U * 1024U;
/// One message's body: the broker's maxMessageSize.
inline constexpr std::size_t message_body_bytes = 4U * 1024U * 1024U;
/// A body after inflating. More is taken for a bomb.
inline constexpr std::size_t inflated_body_bytes = 32U * 1024U * 1024U;
/// The properties block of a message: a signed 16-bit length.
inline constexpr std::size_t properties_bytes = 32767;
/// A topic name; only retry topics may have up to 255.
inline constexpr std::size_t topic_bytes = 127;
inline constexpr std::size_t retry_topic_bytes = 255;
/// A group name, as the broker checks it.
inline constexpr std::size_t group_bytes = 120;
/// Nesting of any JSON that comes from outside.
inline constexpr std::size_t json_depth = 32;

}  // namespace parley::limits
