// JSON tokens after RFC 8259, strictly.
#include "json_scanner.hpp"

#include "json_plain.hpp"

#include <parley/base/utf8.hpp>

#include <bitset>

namespace parley::remoting {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_plain(char c) noexcept { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

}  // namespace

bool json_scanner::refuse(const char* why) noexcept {
  if (why_ == nullptr) why_ = why;
  return false;
}

char json_scanner::peek() noexcept {
  while (at_ < in_.size() && (in_[at_] == ' ' || in_[at_] == '\t' || in_[at_] == '\n' || in_[at_] == '\r')) ++at_;
  return at_ < in_.size() ? in_[at_] : '\0';
}

bool json_scanner::accept(char expected) noexcept {
  if (!ok() || peek() != expected || at_ == in_.size()) return false;
  ++at_;
  return true;
}

bool json_scanner::expect(char expected, const char* complaint) noexcept { return accept(expected) || refuse(complaint); }

bool json_scanner::string(std::string& out) {
  out.clear();
  if (!expect('"', "a string was expected")) return false;
  while (at_ < in_.size()) {
    const auto start = at_;
    at_ += json_plain_prefix(in_.substr(at_));
    const auto ascii = at_;
    while (at_ < in_.size() && is_plain(in_[at_])) ++at_;
    // A run ends before an ASCII character, so a sequence cut off by it is not UTF-8.
    if (!valid_utf8(in_.substr(ascii, at_ - ascii))) return refuse("a string is not UTF-8");
    out.append(in_, start, at_ - start);
    if (at_ == in_.size()) break;
    const char c = in_[at_++];
    if (c == '"') return true;
    if (c != '\\') return refuse("a string holds a bare control character");
    if (!escape(out)) return false;
  }
  return refuse("a string does not end");
}

bool json_scanner::escape(std::string& out) {
  if (at_ == in_.size()) return refuse("a string does not end");
  switch (const char c = in_[at_++]) {
    case '"':
    case '\\':
    case '/': out.push_back(c); return true;
    case 'b': out.push_back('\b'); return true;
    case 'f': out.push_back('\f'); return true;
    case 'n': out.push_back('\n'); return true;
    case 'r': out.push_back('\r'); return true;
    case 't': out.push_back('\t'); return true;
    case 'u': break;
    default: return refuse("a string holds an unknown escape");
  }
  char32_t point{};
  if (!hex4(point)) return false;
  if (point >= 0xDC00 && point <= 0xDFFF) return refuse("a string holds half of a surrogate pair");
  if (point >= 0xD800 && point <= 0xDBFF) {
    if (in_.substr(at_, 2) != "\\u") return refuse("a string holds half of a surrogate pair");
    at_ += 2;
    char32_t low{};
    if (!hex4(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return refuse("a string holds half of a surrogate pair");
    point = 0x10000U + ((point - 0xD800U) << 10U) + (low - 0xDC00U);
  }
  append_utf8(out, point);
  return true;
}

bool json_scanner::hex4(char32_t& out) noexcept {
  if (in_.size() - at_ < 4) return refuse("a string does not end");
  out = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = in_[at_++];
    char32_t digit{};
    if (is_digit(c)) {
      digit = static_cast<char32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<char32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<char32_t>(c - 'A' + 10);
    } else {
      return refuse("a string holds an unknown escape");
    }
    out = (out << 4U) | digit;
  }
  return true;
}

bool json_scanner::scalar(std::string_view& out) noexcept {
  const char c = peek();
  if (!ok()) return false;
  if (c == '-' || is_digit(c)) return number(out);
  for (const std::string_view word : {"true", "false", "null"}) {
    if (in_.substr(at_, word.size()) == word) {
      out = in_.substr(at_, word.size());
      at_ += word.size();
      return true;
    }
  }
  return refuse("a value was expected");
}

bool json_scanner::digits() noexcept {
  const auto start = at_;
  while (at_ < in_.size() && is_digit(in_[at_])) ++at_;
  return at_ > start || refuse("a number lacks digits");
}

bool json_scanner::number(std::string_view& out) noexcept {
  const auto start = at_;
  if (in_[at_] == '-') ++at_;
  const auto whole = at_;
  if (!digits()) return false;
  if (in_[whole] == '0' && at_ - whole > 1) return refuse("a number begins with a zero");
  if (at_ < in_.size() && in_[at_] == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (at_ < in_.size() && (in_[at_] == 'e' || in_[at_] == 'E')) {
    ++at_;
    if (at_ < in_.size() && (in_[at_] == '+' || in_[at_] == '-')) ++at_;
    if (!digits()) return false;
  }
  out = in_.substr(start, at_ - start);
  return true;
}

bool json_scanner::skip_string() {
  std::string unused;
  return string(unused);
}

bool json_scanner::skip() {
  std::bitset<limits::json_depth> objects;  // which of the open brackets are braces
  std::size_t depth = 0;
  std::string_view unused;
  bool value_due = true;
  while (ok()) {
    if (value_due) {
      const char c = peek();
      if (c == '{' || c == '[') {
        if (depth == objects.size()) return refuse("the nesting is too deep");
        objects[depth++] = c == '{';
        ++at_;
        if (accept(c == '{' ? '}' : ']')) {
          --depth;
          value_due = false;
        } else if (c == '{' && !(skip_string() && expect(':', "a colon was expected"))) {
          return false;
        }
        continue;
      }
      if (!(c == '"' ? skip_string() : scalar(unused))) return false;
      value_due = false;
      continue;
    }
    if (depth == 0) return true;
    if (accept(',')) {
      if (objects[depth - 1] && !(skip_string() && expect(':', "a colon was expected"))) return false;
      value_due = true;
    } else if (expect(objects[depth - 1] ? '}' : ']', "a comma or a closing bracket was expected")) {
      --depth;
    }
  }
  return false;
}

}  // namespace parley::remoting
