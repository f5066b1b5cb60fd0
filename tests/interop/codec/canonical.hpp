// What both sides must make of the same bytes, as one token of text. CodecPeer.java has its counterpart.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/command.hpp>
#include <parley/remoting/codec/message.hpp>

#include <span>
#include <string>
#include <string_view>

namespace parley::interop {

[[nodiscard]] std::string canonical(const remoting::command& in);
[[nodiscard]] std::string canonical(const remoting::stored_message& in);
[[nodiscard]] std::string canonical(const remoting::message_properties& in);
[[nodiscard]] std::string canonical(std::span<const remoting::batch_item> in);

/// Decodes bytes of this kind ("frame", "message", "batch", "properties", "hash") and says what they are.
result<std::string> decode_canonical(std::string_view kind, byte_view raw);

}  // namespace parley::interop
