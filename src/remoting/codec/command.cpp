// Header fields with the conversions Java applies to them, and how a response is begun.
#include <parley/remoting/codec/command.hpp>

#include <algorithm>
#include <charconv>

namespace parley::remoting {
namespace {

template <class Integer>
std::optional<Integer> parse_decimal(const std::string* text) noexcept {
  if (text == nullptr) return std::nullopt;
  const char* begin = text->data();
  const char* const end = begin + text->size();
  // Java's parseLong takes a leading plus, from_chars does not.
  if (text->size() > 1 && *begin == '+' && begin[1] != '-') ++begin;
  Integer value{};
  const auto [stop, failure] = std::from_chars(begin, end, value);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return value;
}

bool equals_true(std::string_view text) noexcept {
  constexpr std::string_view word = "true";
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b; });
}

}  // namespace

void ext_fields::set(std::string_view key, std::string_view value) {
  for (auto& [known, held] : entries_) {
    if (known == key) {
      held.assign(value);
      return;
    }
  }
  entries_.emplace_back(key, value);
}

void ext_fields::set(std::string_view key, std::int64_t value) {
  char text[24];
  const auto [end, failure] = std::to_chars(std::begin(text), std::end(text), value);
  static_cast<void>(failure);  // twenty characters hold every int64
  set(key, std::string_view(text, static_cast<std::size_t>(end - text)));
}

void ext_fields::set(std::string_view key, bool value) { set(key, std::string_view(value ? "true" : "false")); }

void ext_fields::take(std::string&& key, std::string&& value) {
  for (auto& [known, held] : entries_) {
    if (known == key) {
      held = std::move(value);
      return;
    }
  }
  entries_.emplace_back(std::move(key), std::move(value));
}

const std::string* ext_fields::find(std::string_view key) const noexcept {
  for (const auto& [known, held] : entries_) {
    if (known == key) return &held;
  }
  return nullptr;
}

std::string_view ext_fields::text(std::string_view key) const noexcept {
  const auto* held = find(key);
  return held == nullptr ? std::string_view{} : std::string_view(*held);
}

std::optional<std::int64_t> ext_fields::int64(std::string_view key) const noexcept {
  return parse_decimal<std::int64_t>(find(key));
}

std::optional<std::int32_t> ext_fields::int32(std::string_view key) const noexcept {
  return parse_decimal<std::int32_t>(find(key));
}

std::optional<bool> ext_fields::boolean(std::string_view key) const noexcept {
  const auto* held = find(key);
  if (held == nullptr) return std::nullopt;
  return equals_true(*held);
}

command respond_to(const command& request, std::int32_t code, std::string_view remark) {
  command response{.code = code, .opaque = request.opaque, .flag = command::response_flag, .type = request.type};
  if (!remark.empty()) response.remark.emplace(remark);
  return response;
}

}  // namespace parley::remoting
