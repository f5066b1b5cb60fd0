// What the contract accepts as an id and as a key.
#include <parley/chat/contract/request.hpp>

#include <parley/base/utf8.hpp>

#include <cstddef>

namespace parley::chat {
namespace {

constexpr std::size_t max_id_characters = 128;

/// C0, delete, C1, and the two separators that break a line.
bool is_control(char32_t point) noexcept {
  return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x2028 || point == 0x2029;
}

bool is_blank(char32_t point) noexcept { return point == U' ' || point == 0xA0 || point == 0x3000 || point == 0xFEFF; }

}  // namespace

bool valid_id(std::string_view id) noexcept {
  std::size_t characters = 0;
  bool visible = false;
  while (!id.empty()) {
    const auto point = take_code_point(id);
    if (!point || is_control(*point) || ++characters > max_id_characters) return false;
    visible = visible || !is_blank(*point);
  }
  return visible;
}

bool valid_key(std::string_view id) noexcept { return valid_id(id) && id.find(' ') == std::string_view::npos; }

}  // namespace parley::chat
