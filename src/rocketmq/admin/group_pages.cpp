// Pages of groups.
#include "admin/group_pages.hpp"

#include <fmt/format.h>

namespace parley::rocketmq::administration {
namespace {

// More than the groups need: a broker whose groups keep changing begins again and again.
constexpr std::int32_t most_pages = 1000;

}  // namespace

remoting::all_groups_request group_pages::next() const {
  remoting::all_groups_request out;
  out.first = first_;
  out.most = page_groups;
  if (!version_.empty()) out.data_version = version_;
  return out;
}

result<bool> group_pages::take(const remoting::subscription_groups& page, const remoting::all_groups_response& header) {
  for (const auto& [name, group] : page.groups) names_.insert(name);
  if (names_.size() > most_groups || ++pages_ > most_pages) {
    return fail(errc::too_large, fmt::format("a broker with more than {} groups, or whose groups keep changing", most_groups));
  }
  auto version = page.version.to_string();
  if (version != version_) first_ = 0;
  version_ = std::move(version);
  first_ += static_cast<std::int32_t>(page.groups.size());
  return !page.groups.empty() && first_ < header.total.value_or(0);
}

}  // namespace parley::rocketmq::administration
