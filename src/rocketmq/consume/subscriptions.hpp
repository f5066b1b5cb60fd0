// What a group member reads: its topics, their tags and the version that tells brokers which word of it is the latest.
#pragma once

#include "core/tag_filter.hpp"

#include <parley/rocketmq/push_consumer.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::rocketmq::consume {

/// One topic of the group.
struct subscription {
  core::tag_filter filter;
  std::int64_t version{0};
};

/// The subscriptions of one member. Versions are milliseconds since the epoch and only ever grow, also when the clock goes back.
///
/// A pull that names a newer version than the broker has heard of is refused, so pulls carry announced_version(), which
/// follows version() once a heartbeat has carried it.
class subscription_table {
 public:
  /// Clustering groups read their retry topic too.
  subscription_table(const push_consumer_options& options, std::int64_t now_ms);

  [[nodiscard]] const std::map<std::string, subscription, std::less<>>& topics() const noexcept { return topics_; }
  [[nodiscard]] const subscription* find(std::string_view topic) const noexcept;
  /// The group's retry topic; empty when broadcasting.
  [[nodiscard]] const std::string& retry_topic() const noexcept { return retry_topic_; }

  /// The member reads other queues now: all versions move on.
  void renew(std::int64_t now_ms) noexcept;
  [[nodiscard]] std::int64_t version() const noexcept { return version_; }
  /// A heartbeat with this version has been answered.
  void announced(std::int64_t version) noexcept;
  [[nodiscard]] std::int64_t announced_version() const noexcept { return announced_; }

 private:
  std::map<std::string, subscription, std::less<>> topics_;
  std::string retry_topic_;
  std::int64_t version_;
  std::int64_t announced_;
};

}  // namespace parley::rocketmq::consume
