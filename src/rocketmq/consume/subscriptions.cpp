// Bookkeeping of subscriptions.
#include "consume/subscriptions.hpp"

#include "consume/retry.hpp"

#include <algorithm>
#include <utility>

namespace parley::rocketmq::consume {

result<subscription_table> subscription_table::make(const push_consumer_options& options, std::int64_t now_ms) {
  subscription_table out(now_ms);
  for (const auto& [topic, what] : options.subscriptions) {
    if (what.untagged_too) {
      return fail(errc::invalid_argument,
                  "subscription to " + topic + ": untagged_too is for pull consumers; subscribe to everything instead");
    }
    auto parsed = remoting::parse_tag_expression(topic, what.tags, now_ms);
    if (!parsed) return std::move(parsed).error();
    out.topics_.emplace(topic, std::move(*parsed));
  }
  if (options.model == message_model::broadcasting) return out;
  out.retry_topic_ = retry_topic_of(options.group);
  remoting::subscription_data everything{.topic = out.retry_topic_};
  everything.sub_version = now_ms;
  out.topics_.emplace(out.retry_topic_, std::move(everything));
  return out;
}

bool subscription_table::wants(std::string_view topic, std::string_view tag) const noexcept {
  const auto found = topics_.find(topic);
  return found != topics_.end() && remoting::matches(found->second, tag);
}

void subscription_table::renew(std::int64_t now_ms) noexcept {
  version_ = std::max(now_ms, version_ + 1);
  for (auto& [topic, one] : topics_) one.sub_version = version_;
}

void subscription_table::announced(std::int64_t version) noexcept {
  announced_ = std::max(announced_, std::min(version, version_));
}

}  // namespace parley::rocketmq::consume
