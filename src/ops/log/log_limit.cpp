// Which records of a flood are written.
#include <parley/ops/log_limit.hpp>

#include <algorithm>
#include <utility>

namespace parley::ops {

namespace {

constexpr double at_once = 20;
constexpr std::size_t most_texts = 256;

}  // namespace

log_limit::allowance& log_limit::of(std::string_view text, steady_time now) {
  std::string key(text);
  if (texts_.size() >= most_texts && !texts_.contains(key)) key.clear();
  return texts_.try_emplace(std::move(key), allowance{.left = at_once, .at = now}).first->second;
}

std::optional<std::uint64_t> log_limit::admit(std::string_view text, steady_time now) {
  allowance& has = of(text, now);
  has.left = std::min(at_once, has.left + std::chrono::duration<double>(now - has.at).count());
  has.at = now;
  if (has.left < 1) {
    ++has.left_out;
    return std::nullopt;
  }
  has.left -= 1;
  return std::exchange(has.left_out, 0);
}

}  // namespace parley::ops
