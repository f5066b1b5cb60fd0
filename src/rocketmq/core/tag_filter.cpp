// Parsing of tag expressions.
#include "core/tag_filter.hpp"

#include <algorithm>

namespace parley::rocketmq::core {
namespace {

// Its Java hash is 0, which is what brokers store for a message without a tag.
constexpr std::string_view hash_zero_text = "f5a5a608";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  if (trim(text) == "*") return out;
  while (!text.empty()) {
    const auto cut = text.find("||");
    const auto tag = trim(text.substr(0, cut));
    if (!tag.empty()) out.emplace_back(tag);
    text = cut == std::string_view::npos ? std::string_view{} : text.substr(cut + 2);
  }
  return out;
}

}  // namespace

tag_filter::tag_filter(const filter& what) : tags_(split(what.tags)), untagged_too_(what.untagged_too) {
  if (tags_.empty()) {
    expression_ = "*";
    return;
  }
  for (const auto& tag : tags_) {
    if (!expression_.empty()) expression_ += " || ";
    expression_ += tag;
  }
  if (untagged_too_) expression_.append(" || ").append(hash_zero_text);
}

bool tag_filter::passes(std::string_view tag) const noexcept {
  if (tags_.empty()) return true;
  if (tag.empty()) return untagged_too_;
  return std::find(tags_.begin(), tags_.end(), tag) != tags_.end();
}

}  // namespace parley::rocketmq::core
