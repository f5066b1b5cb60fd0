// What a message of the requests topic asks.
#pragma once

#include <parley/chat/server/store_worker.hpp>
#include <parley/rocketmq/message.hpp>

#include <string_view>

namespace parley::chat {

/// Reads body and properties. The body decides; properties fill in where it says nothing: reply_to and trace_id, and for a
/// body that is no request, the request id and the action, so that it can be answered.
[[nodiscard]] asked read_request(const rocketmq::received_message& message);
/// [A-Za-z0-9_-]{1,64}: fit to be a tag.
[[nodiscard]] bool valid_reply_to(std::string_view text) noexcept;

}  // namespace parley::chat
