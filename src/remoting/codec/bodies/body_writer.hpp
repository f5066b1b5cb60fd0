// Writing bodies: JSON straight into bytes, with Java's queue keys.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/message_queue.hpp>

#include "json_writer.hpp"

#include <fmt/format.h>
#include <string_view>

namespace parley::remoting {

/// A queue as an object, or as the key that Java makes of it (then end_key follows).
inline void write_queue(json_writer& json, const message_queue& queue) {
  json.begin_object()
      .member("brokerName", std::string_view(queue.broker_name))
      .member("queueId", queue.queue_id)
      .member("topic", std::string_view(queue.topic))
      .end_object();
}

/// An array of strings.
template <class Range>
void write_texts(json_writer& json, std::string_view name, const Range& texts) {
  json.key(name).begin_array();
  for (const auto& text : texts) json.value(std::string_view(text));
  json.end_array();
}

/// Runs `write` on a fresh body; `invalid_argument` when it met text that is not UTF-8.
template <class Write>
result<bytes> write_body(std::string_view what, Write write) {
  bytes out;
  json_writer json(out);
  write(json);
  if (!json.ok()) return fail(errc::invalid_argument, fmt::format("{}: a text is not UTF-8", what));
  return out;
}

}  // namespace parley::remoting
