// Writes JSON straight into a buffer: no document in between, and Java's object keys where a map has them.
#pragma once

#include <parley/base/bytes.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string_view>

namespace parley::remoting {

/// Appends JSON tokens; commas are put where they belong. The caller keeps the nesting right, the writer the text: `ok()` is
/// false once a string was not UTF-8.
class json_writer {
 public:
  explicit json_writer(bytes& out) noexcept : out_(out) {}

  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_array() { return open('['); }
  json_writer& end_array() { return close(']'); }

  json_writer& key(std::string_view name);
  /// After a key that was itself written as an object, by begin_object … end_object.
  json_writer& end_key();

  json_writer& value(std::string_view text);
  json_writer& value(const char* text) { return value(std::string_view(text)); }
  json_writer& value(bool flag) { return raw(flag ? "true" : "false"); }
  template <std::integral T>
  json_writer& value(T number) {
    char text[24];
    const auto [end, failure] = std::to_chars(text, text + sizeof(text), number);
    static_cast<void>(failure);  // 24 characters hold every 64-bit number
    return raw({text, static_cast<std::size_t>(end - text)});
  }
  json_writer& value(double number);
  json_writer& null() { return raw("null"); }

  template <class T>
  json_writer& member(std::string_view name, const T& held) {
    return key(name).value(held);
  }

  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  json_writer& raw(std::string_view token);
  void separate();
  void quoted(std::string_view text);
  void quoted_as_is(std::string_view text);
  void escape(unsigned char c);
  void put(char c) { out_.push_back(static_cast<std::uint8_t>(c)); }
  void put(std::string_view text) { out_.insert(out_.end(), text.begin(), text.end()); }

  bytes& out_;
  bool comma_{false};  ///< the next key or element needs one before it
  bool ok_{true};
};

}  // namespace parley::remoting
