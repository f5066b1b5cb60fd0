// Seeded inputs for the differential test: the same seed makes the same commands, messages and bodies.
#pragma once

#include <parley/base/random.hpp>
#include <parley/remoting/codec/command.hpp>
#include <parley/remoting/codec/compression.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/message_queue.hpp>

#include <optional>
#include <string>
#include <vector>

namespace parley::interop {

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  [[nodiscard]] bool coin() { return below(2) == 0; }
  [[nodiscard]] std::int32_t int32() { return static_cast<std::int32_t>(random_.next()); }
  [[nodiscard]] std::int64_t int64() { return static_cast<std::int64_t>(random_.next()); }
  /// A name that differs from those made before, not always ASCII. It needs no escapes: fastjson 2 does not read a key that
  /// has both an escape and a character past U+FFFF.
  [[nodiscard]] std::string name();
  /// Characters of every kind that UTF-8 and JSON treat differently.
  [[nodiscard]] std::string text(std::size_t least, std::size_t most);
  [[nodiscard]] bytes noise(std::size_t size);
  /// Names and values between separators in any disorder.
  [[nodiscard]] std::string scramble();

  [[nodiscard]] remoting::command command(remoting::header_type type);
  /// A command's header as JSON that we would not write ourselves: any order, blanks, numbers as fields, unknown keys. Its
  /// fields must be ASCII.
  [[nodiscard]] bytes loose_frame(const remoting::command& in);
  [[nodiscard]] remoting::message_properties properties();
  /// The message with its body as it is; `stored` makes of it what a broker holds.
  [[nodiscard]] remoting::stored_message message();
  [[nodiscard]] remoting::stored_message stored(const remoting::stored_message& in);
  [[nodiscard]] std::vector<remoting::batch_item> batch();
  [[nodiscard]] remoting::message_queue queue();

 private:
  [[nodiscard]] remoting::message_host host();

  random_source random_;
  std::uint64_t names_{0};
};

}  // namespace parley::interop
