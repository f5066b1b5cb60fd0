// JSON text: escaping, and commas.
#include "json_writer.hpp"

#include "json_plain.hpp"

#include <parley/base/utf8.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstring>

namespace parley::remoting {

json_writer& json_writer::key(std::string_view name) {
  separate();
  quoted(name);
  return end_key();
}

json_writer& json_writer::end_key() {
  put(':');
  comma_ = false;
  return *this;
}

json_writer& json_writer::value(std::string_view text) {
  separate();
  quoted(text);
  comma_ = true;
  return *this;
}

json_writer& json_writer::value(double number) {
  // JSON has no infinities; fastjson writes null for them too. A Java reader wants a point in a double.
  if (!std::isfinite(number)) return null();
  auto text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return raw(text);
}

json_writer& json_writer::open(char bracket) {
  separate();
  put(bracket);
  comma_ = false;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  put(bracket);
  comma_ = true;
  return *this;
}

json_writer& json_writer::raw(std::string_view token) {
  separate();
  put(token);
  comma_ = true;
  return *this;
}

void json_writer::separate() {
  if (comma_) put(',');
}

void json_writer::quoted(std::string_view text) {
  if (json_plain_prefix(text) == text.size()) return quoted_as_is(text);
  if (!valid_utf8(text)) {
    ok_ = false;
    text = {};
  }
  put('"');
  std::size_t plain = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    put(text.substr(plain, at - plain));
    escape(c);
    plain = at + 1;
  }
  put(text.substr(plain));
  put('"');
}

/// Nearly every string of the protocol: one growth of the buffer for all of it.
void json_writer::quoted_as_is(std::string_view text) {
  const auto before = out_.size();
  out_.resize(before + text.size() + 2);
  auto* const at = out_.data() + before;
  at[0] = '"';
  if (!text.empty()) std::memcpy(at + 1, text.data(), text.size());
  at[text.size() + 1] = '"';
}

void json_writer::escape(unsigned char c) {
  switch (c) {
    case '"': return put("\\\"");
    case '\\': return put("\\\\");
    case '\b': return put("\\b");
    case '\f': return put("\\f");
    case '\n': return put("\\n");
    case '\r': return put("\\r");
    case '\t': return put("\\t");
    default: break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  put("\\u00");
  put(digits[c >> 4U]);
  put(digits[c & 0xFU]);
}

}  // namespace parley::remoting
