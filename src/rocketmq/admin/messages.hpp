// Messages looked up by what names them.
#pragma once

#include "admin/masters.hpp"

#include <parley/remoting/codec/message_id.hpp>

#include <optional>

namespace parley::rocketmq::administration {

/// The id, if it is one that a broker gives: one with a port in it. A unique key has the same length, but where the port would be
/// it has a process id in the upper half. Pure.
[[nodiscard]] std::optional<remoting::offset_message_id> as_offset_id(std::string_view text);
/// Whether one of the message's keys is this one; brokers look up by hash.
[[nodiscard]] bool has_key(const received_message& message, std::string_view key) noexcept;

// See the members of `admin` that have these names.
io::task<result<received_message>> find_message(core_ptr core, std::string topic, std::string id, steady_time deadline);
io::task<result<std::vector<received_message>>> find_messages(core_ptr core, std::string topic, std::string key, std::int32_t most,
                                                              std::int64_t from_ms, std::int64_t to_ms, steady_time deadline);

}  // namespace parley::rocketmq::administration
