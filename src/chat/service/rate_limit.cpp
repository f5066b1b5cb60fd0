// Token buckets.
#include <parley/chat/service/rate_limit.hpp>

#include <algorithm>
#include <cmath>

namespace parley::chat {
namespace {

constexpr std::size_t max_users = 10'000;

}  // namespace

double rate_limit::tokens_at(const bucket& of, steady_time now) const noexcept {
  const std::chrono::duration<double> passed = now - of.filled;
  return std::min(burst_, of.tokens + passed.count() * per_second_);
}

/// A full bucket is no different from none.
void rate_limit::make_room(steady_time now) {
  std::erase_if(buckets_, [&](const auto& entry) { return tokens_at(entry.second, now) >= burst_; });
  if (buckets_.size() >= max_users) buckets_.clear();
}

std::optional<milliseconds> rate_limit::refuse(std::string_view user, steady_time now) {
  if (per_second_ <= 0) return std::nullopt;
  const std::string name(user);
  if (buckets_.size() >= max_users && !buckets_.contains(name)) make_room(now);
  auto& own = buckets_.try_emplace(name, bucket{.tokens = burst_, .filled = now}).first->second;
  own = {.tokens = tokens_at(own, now), .filled = now};
  if (own.tokens < 1) return milliseconds{static_cast<std::int64_t>(std::ceil((1 - own.tokens) / per_second_ * 1000))};
  own.tokens -= 1;
  return std::nullopt;
}

}  // namespace parley::chat
