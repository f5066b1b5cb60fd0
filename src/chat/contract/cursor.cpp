// The history cursor's text: "h1" + seq in hexadecimal + '_' + the room's bytes in hexadecimal.
#include <parley/chat/contract/cursor.hpp>

#include <parley/base/bytes.hpp>

#include <fmt/format.h>

#include <charconv>

namespace parley::chat {
namespace {

constexpr std::string_view version = "h1";
constexpr std::string_view list_version = "l1";
constexpr std::size_t max_cursor_bytes = 2048;

}  // namespace

std::string encode_cursor(const history_cursor& in) {
  return fmt::format("{}{:x}_{}", version, in.before_seq, to_hex(as_bytes(in.room_id)));
}

std::optional<history_cursor> decode_cursor(std::string_view text) {
  if (text.size() > max_cursor_bytes || !text.starts_with(version)) return std::nullopt;
  text.remove_prefix(version.size());
  const auto cut = text.find('_');
  if (cut == std::string_view::npos) return std::nullopt;
  history_cursor out;
  const auto* end = text.data() + cut;
  const auto [stopped, failure] = std::from_chars(text.data(), end, out.before_seq, 16);
  if (failure != std::errc{} || stopped != end || out.before_seq < 2) return std::nullopt;
  const auto room = from_hex(text.substr(cut + 1));
  if (!room || room->empty()) return std::nullopt;
  out.room_id = as_text(*room);
  return out;
}

std::string encode_list_cursor(std::string_view after) { return std::string(list_version) + to_hex(as_bytes(after)); }

std::optional<std::string> decode_list_cursor(std::string_view text) {
  if (text.size() > max_cursor_bytes || !text.starts_with(list_version)) return std::nullopt;
  const auto name = from_hex(text.substr(list_version.size()));
  if (!name || name->empty()) return std::nullopt;
  return std::string(as_text(*name));
}

}  // namespace parley::chat
