// The pages in which a broker gives its groups: what to ask for next, and when all are there. Pure.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/bodies/config.hpp>
#include <parley/remoting/codec/requests/group.hpp>

#include <set>
#include <string>

namespace parley::rocketmq::administration {

/// A broker begins again when its groups have changed meanwhile; one that knows no pages, or is set not to use them, gives
/// everything at once. Bounded: so many pages and groups, no more.
class group_pages {
 public:
  static constexpr std::int32_t page_groups = 1000;
  static constexpr std::size_t most_groups = 100'000;

  [[nodiscard]] remoting::all_groups_request next() const;
  /// True when there is more to ask for. `too_large` past the bound.
  result<bool> take(const remoting::subscription_groups& page, const remoting::all_groups_response& header);
  [[nodiscard]] const std::set<std::string, std::less<>>& names() const noexcept { return names_; }

 private:
  std::set<std::string, std::less<>> names_;
  std::string version_;
  std::int32_t first_{0};
  std::int32_t pages_{0};
};

}  // namespace parley::rocketmq::administration
