// Bookkeeping of subscriptions.
#include "consume/subscriptions.hpp"

#include "consume/retry.hpp"

#include <algorithm>

namespace parley::rocketmq::consume {

subscription_table::subscription_table(const push_consumer_options& options, std::int64_t now_ms)
    : version_(now_ms), announced_(now_ms) {
  for (const auto& [topic, what] : options.subscriptions) topics_.emplace(topic, subscription{core::tag_filter(what), now_ms});
  if (options.model == message_model::broadcasting) return;
  retry_topic_ = retry_topic_of(options.group);
  topics_.emplace(retry_topic_, subscription{core::tag_filter(filter{}), now_ms});
}

const subscription* subscription_table::find(std::string_view topic) const noexcept {
  const auto found = topics_.find(topic);
  return found == topics_.end() ? nullptr : &found->second;
}

void subscription_table::renew(std::int64_t now_ms) noexcept {
  version_ = std::max(now_ms, version_ + 1);
  for (auto& [topic, one] : topics_) one.version = version_;
}

void subscription_table::announced(std::int64_t version) noexcept { announced_ = std::max(announced_, std::min(version, version_)); }

}  // namespace parley::rocketmq::consume
