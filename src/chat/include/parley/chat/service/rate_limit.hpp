// How often each user may ask: a token bucket for each.
#pragma once

#include <parley/base/clock.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::chat {

/// `burst` requests at once and `per_second` in the long run; 0 per second means no limit. Remembers at most 10,000 users: when there
/// are more, all begin anew. Not thread-safe.
class rate_limit {
 public:
  rate_limit(double per_second, double burst) noexcept : per_second_(per_second), burst_(burst) {}

  /// Takes a token; how long until there is one when there is none.
  [[nodiscard]] std::optional<milliseconds> refuse(std::string_view user, steady_time now);

 private:
  struct bucket {
    double tokens;
    steady_time filled;
  };
  void make_room(steady_time now);
  [[nodiscard]] double tokens_at(const bucket& of, steady_time now) const noexcept;

  double per_second_, burst_;
  std::unordered_map<std::string, bucket> buckets_;
};

}  // namespace parley::chat
