// From the wire's message to the one that users get.
#pragma once

#include <parley/remoting/codec/message.hpp>
#include <parley/rocketmq/message.hpp>

namespace parley::rocketmq::core {

/// Moves the contents over. `from` is the queue that was pulled; a message of a retry topic gets its original topic back.
[[nodiscard]] received_message to_received(remoting::stored_message&& in, const message_queue& from);

/// The broker's id of a copy: store host, port and commit-log position in upper-case hexadecimal.
[[nodiscard]] std::string offset_message_id(const remoting::message_host& store_host, std::int64_t commit_log_offset);

}  // namespace parley::rocketmq::core
