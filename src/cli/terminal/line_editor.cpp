// The line being typed: bytes of a terminal or a pipe in, whole lines out.
#include "terminal/line_editor.hpp"

#include "terminal/harmless.hpp"

#include <utility>

namespace parley::cli {

namespace {

constexpr char ctrl_d = 0x04;
constexpr char backspace = 0x08;
constexpr char ctrl_u = 0x15;
constexpr char ctrl_w = 0x17;
constexpr char escape_key = 0x1B;
constexpr char delete_key = 0x7F;

bool continues(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80; }

/// What is no UTF-8 becomes U+FFFD: a request's body has to be UTF-8.
std::string cleaned(const std::string& line) { return to_utf8(code_points(line)); }

}  // namespace

std::vector<std::string> line_editor::feed(std::string_view bytes) {
  std::vector<std::string> out;
  for (const char byte : bytes) {
    if (ended_) break;
    if (in_escape(byte)) continue;
    if (byte == '\n' && std::exchange(after_return_, false)) continue;
    after_return_ = byte == '\r';
    if (byte == '\n' || byte == '\r') {
      out.push_back(cleaned(std::exchange(typed_, {})));
    } else {
      edit(byte);
    }
  }
  return out;
}

std::string line_editor::finish() {
  ended_ = true;
  return cleaned(std::exchange(typed_, {}));
}

bool line_editor::in_escape(char byte) {
  if (byte == escape_key) {
    escape_ = escape::begun;
    return true;
  }
  if (escape_ == escape::none) return false;
  const auto was = std::exchange(escape_, escape::none);
  if (was == escape::begun) {
    if (byte == '[' || byte == 'O') escape_ = escape::sequence;
    return true;
  }
  // Parameters go on until a final byte.
  if (byte < '@' || byte > '~') escape_ = escape::sequence;
  return true;
}

void line_editor::edit(char byte) {
  switch (byte) {
    case backspace:
    case delete_key: return erase_last();
    case ctrl_u: return typed_.clear();
    case ctrl_w: return erase_word();
    case ctrl_d:
      ended_ = typed_.empty();
      return;
    default: break;
  }
  const auto value = static_cast<unsigned char>(byte);
  if (value < 0x20 && byte != '\t') return;
  if (typed_.size() < longest_) typed_ += byte;
}

void line_editor::erase_last() {
  while (!typed_.empty() && continues(typed_.back())) typed_.pop_back();
  if (!typed_.empty()) typed_.pop_back();
}

void line_editor::erase_word() {
  while (!typed_.empty() && typed_.back() == ' ') typed_.pop_back();
  while (!typed_.empty() && typed_.back() != ' ') erase_last();
}

std::string line_editor::visible_tail(std::size_t columns) const {
  const auto points = code_points(harmless(typed_));
  std::size_t used = 0;
  auto first = points.end();
  while (first != points.begin() && used + columns_of(*(first - 1)) <= columns) used += columns_of(*--first);
  return to_utf8({first, points.end()});
}

}  // namespace parley::cli
