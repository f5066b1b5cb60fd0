// Strict UTF-8, one code point at a time.
#include "utf8.hpp"

#include <cstddef>

namespace parley::chat {
namespace {

struct sequence_form {
  std::size_t length;
  char32_t first_bits;
  char32_t least;  ///< below this the form is overlong
};

std::optional<sequence_form> form_of(unsigned char lead) noexcept {
  if (lead < 0x80U) return sequence_form{1, lead, 0};
  if (lead >= 0xC2U && lead <= 0xDFU) return sequence_form{2, lead & 0x1FU, 0x80};
  if (lead >= 0xE0U && lead <= 0xEFU) return sequence_form{3, lead & 0x0FU, 0x800};
  if (lead >= 0xF0U && lead <= 0xF4U) return sequence_form{4, lead & 0x07U, 0x10000};
  return std::nullopt;
}

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) noexcept {
  if (text.empty()) return std::nullopt;
  const auto form = form_of(static_cast<unsigned char>(text.front()));
  if (!form || text.size() < form->length) return std::nullopt;
  char32_t point = form->first_bits;
  for (std::size_t i = 1; i < form->length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return std::nullopt;
    point = (point << 6U) | (next & 0x3FU);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < form->least || surrogate || point > 0x10FFFF) return std::nullopt;
  text.remove_prefix(form->length);
  return point;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    if (!take_code_point(text)) return false;
  }
  return true;
}

}  // namespace parley::chat
