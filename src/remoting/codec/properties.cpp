// A message's properties and the string they travel in.
#include <parley/remoting/codec/message.hpp>

#include <parley/base/limits.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <unordered_map>

namespace parley::remoting {
namespace {

constexpr char name_end = '\x01';
constexpr char item_end = '\x02';
constexpr std::string_view separators = "\x01\x02";
/// From this many on, repeated keys are found by hash: a hostile block holds thousands.
constexpr std::size_t scan_max = 32;

using item = std::pair<std::string_view, std::string_view>;

std::vector<item> split(std::string_view in) {
  std::vector<item> out;
  while (!in.empty()) {
    const auto text = in.substr(0, in.find(item_end));
    in.remove_prefix(std::min(in.size(), text.size() + 1));
    const auto cut = text.find(name_end);
    if (cut == std::string_view::npos || cut == 0 || cut + 1 == text.size()) continue;
    out.emplace_back(text.substr(0, cut), text.substr(cut + 1));
  }
  return out;
}

/// The last of a repeated key takes the place of the first.
void drop_repeated(std::vector<item>& items) {
  std::unordered_map<std::string_view, std::size_t> places;
  places.reserve(items.size());
  std::size_t kept = 0;
  for (const auto& entry : items) {
    const auto [place, fresh] = places.emplace(entry.first, kept);
    if (fresh) ++kept;
    items[place->second] = entry;
  }
  items.resize(kept);
}

}  // namespace

void message_properties::set(std::string_view key, std::string_view value) {
  for (auto& [known, held] : entries_) {
    if (known == key) {
      held.assign(value);
      return;
    }
  }
  entries_.emplace_back(key, value);
}

void message_properties::erase(std::string_view key) {
  std::erase_if(entries_, [&](const entry& held) { return held.first == key; });
}

const std::string* message_properties::find(std::string_view key) const noexcept {
  for (const auto& [known, held] : entries_) {
    if (known == key) return &held;
  }
  return nullptr;
}

std::string_view message_properties::text(std::string_view key) const noexcept {
  const auto* held = find(key);
  return held == nullptr ? std::string_view{} : std::string_view(*held);
}

result<std::string> encode_properties(const message_properties& in) {
  std::string out;
  for (const auto& [key, value] : in) {
    if (key.empty() || key.find_first_of(separators) != std::string::npos) {
      return fail(errc::invalid_argument, "a property's name is empty or holds a control character 1 or 2");
    }
    if (value.find_first_of(separators) != std::string::npos) {
      return fail(errc::invalid_argument, fmt::format("the property {} holds a control character 1 or 2", key));
    }
    if (value.empty()) continue;
    out.append(key).append(1, name_end).append(value).append(1, item_end);
  }
  if (out.size() > limits::properties_bytes) {
    return fail(errc::too_large, fmt::format("the properties have {} bytes, {} are allowed", out.size(), limits::properties_bytes));
  }
  return out;
}

message_properties decode_properties(std::string_view in) {
  auto items = split(in);
  message_properties out;
  if (items.size() > scan_max) {
    drop_repeated(items);
    out.entries_.reserve(items.size());
    for (const auto& [key, value] : items) out.entries_.emplace_back(key, value);
  } else {
    out.entries_.reserve(items.size());
    for (const auto& [key, value] : items) out.set(key, value);
  }
  return out;
}

}  // namespace parley::remoting
