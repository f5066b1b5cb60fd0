// Stored messages: bounded whatever they claim to inflate to, and written again as they were read.
#include "require.hpp"

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/message.hpp>

#include <algorithm>

using namespace parley;
using namespace parley::remoting;

namespace {

/// Java reads more than it writes: names of topics of any length, \x01 in a property's value.
bool writable(const stored_message& in) {
  return !in.topic.empty() && in.topic.size() <= limits::retry_topic_bytes &&
         std::all_of(in.properties.begin(), in.properties.end(),
                     [](const auto& entry) { return entry.second.find('\x01') == std::string::npos; });
}

void there_and_back(const stored_message& in) {
  bytes out;
  const auto done = encode_message(in, out);
  fuzz::require(done.has_value() == writable(in), "a decoded message can be written, but for the known exceptions");
  if (!done) return;
  byte_reader reader(out);
  const auto again = decode_message(reader, {.inflate = false});
  fuzz::require(again.has_value() && *again == in, "a message is read as it was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const byte_view in(data, size);
  const auto as_stored = decode_messages(in, {.inflate = false, .check_crc = false});
  for (const auto& message : as_stored.messages) there_and_back(message);
  const auto inflated = decode_messages(in, {.check_crc = false});
  std::size_t total = 0;
  for (const auto& message : inflated.messages) total += message.body.size();
  fuzz::require(total <= inflated_batch_bytes, "all bodies together are bounded");
  fuzz::require(inflated.messages.size() <= as_stored.messages.size(), "inflating finds no more messages");
  fuzz::require(decode_messages(in).messages.size() <= inflated.messages.size(), "checking finds no more messages");
  return 0;
}
