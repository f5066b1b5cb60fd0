// Offsets by queue: reset offsets (220, 222), consumer status (221), and the file in which broadcasting consumers keep theirs.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/message_queue.hpp>

#include <cstdint>
#include <map>

namespace parley::remoting {

/// Written, as Java does, with whole objects as keys; Java refuses them as quoted strings.
using queue_offsets = std::map<message_queue, std::int64_t>;

/// `{"offsetTable":{queue:offset}}`: the body of 220 and 222, and the local offset file. Also read in the form that the broker
/// sends to C++ clients: a list of queues with their offsets.
struct offset_table {
  queue_offsets offsets{};
  friend bool operator==(const offset_table&, const offset_table&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<offset_table> decode(byte_view in);
};

/// `{"messageQueueTable":{queue:offset}}`: a client's answer to 221. `consumerTable` of the broker's own answer is left out.
struct consumer_status {
  queue_offsets offsets{};
  friend bool operator==(const consumer_status&, const consumer_status&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<consumer_status> decode(byte_view in);
};

}  // namespace parley::remoting
