// Tag expressions and Java's string hash.
#include <parley/remoting/codec/tags.hpp>

#include <parley/base/utf8.hpp>

#include <fmt/format.h>
#include <algorithm>

namespace parley::remoting {
namespace {

constexpr char32_t replacement = 0xFFFD;

char32_t code_point(std::string_view sequence) noexcept {
  const auto lead = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return lead;
  char32_t point = lead & (0xFFU >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) point = (point << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  return point;
}

std::string_view trimmed(std::string_view in) noexcept {
  // Java's trim takes off everything up to the blank.
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!in.empty() && blank(in.front())) in.remove_prefix(1);
  while (!in.empty() && blank(in.back())) in.remove_suffix(1);
  return in;
}

void add_tag(subscription_data& out, std::string_view tag) {
  if (tag.empty() || std::find(out.tags.begin(), out.tags.end(), tag) != out.tags.end()) return;
  out.tags.emplace_back(tag);
  const auto code = java_hash(tag);
  if (std::find(out.codes.begin(), out.codes.end(), code) == out.codes.end()) out.codes.push_back(code);
}

}  // namespace

std::int32_t java_hash(std::string_view utf8) noexcept {
  std::uint32_t hash = 0;
  const auto unit = [&](char32_t value) { hash = 31 * hash + static_cast<std::uint32_t>(value); };
  while (!utf8.empty()) {
    const auto length = utf8_sequence(utf8);
    const auto point = length == 0 ? replacement : code_point(utf8.substr(0, length));
    utf8.remove_prefix(std::max<std::size_t>(length, 1));
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xD800U + ((point - 0x10000U) >> 10U));
      unit(0xDC00U + ((point - 0x10000U) & 0x3FFU));
    }
  }
  return static_cast<std::int32_t>(hash);
}

result<subscription_data> parse_tag_expression(std::string_view topic, std::string_view expression, std::int64_t sub_version) {
  subscription_data out{.topic = std::string(topic), .expression = std::string(expression), .sub_version = sub_version};
  const auto whole = trimmed(expression);
  if (whole.empty() || whole == all_tags) {
    out.expression = all_tags;
    return out;
  }
  for (std::size_t from = 0; from <= whole.size();) {
    const auto bar = std::min(whole.find("||", from), whole.size());
    add_tag(out, trimmed(whole.substr(from, bar - from)));
    from = bar + 2;
  }
  if (out.tags.empty()) {
    return fail(errc::invalid_argument, fmt::format("the subscription '{}' of topic {} names no tag", expression, topic));
  }
  return out;
}

bool matches(const subscription_data& subscription, std::string_view tag) noexcept {
  if (subscription.tags.empty()) return true;
  return std::find(subscription.tags.begin(), subscription.tags.end(), tag) != subscription.tags.end();
}

}  // namespace parley::remoting
