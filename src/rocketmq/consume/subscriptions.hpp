// What a group member reads: its topics, their tags and the version that tells brokers which word of it is the latest.
#pragma once

#include <parley/remoting/codec/tags.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley::rocketmq::consume {

/// The subscriptions of one member. Versions are milliseconds since the epoch and only ever grow, also when the clock goes back.
///
/// A pull that names a newer version than the broker has heard of is refused, so pulls carry announced_version(), which
/// follows version() once a heartbeat has carried it.
class subscription_table {
 public:
  /// Clustering groups read their retry topic too. `invalid_argument` for an expression that means nothing, and for
  /// filter::untagged_too, which brokers cannot tell group members.
  static result<subscription_table> make(const push_consumer_options& options, std::int64_t now_ms);

  using topic_map = std::map<std::string, remoting::subscription_data, std::less<>>;
  [[nodiscard]] const topic_map& topics() const noexcept { return topics_; }
  /// Whether a message with this tag is wanted: brokers compare hashes only.
  [[nodiscard]] bool wants(std::string_view topic, std::string_view tag) const noexcept;
  /// The group's retry topic; empty when broadcasting.
  [[nodiscard]] const std::string& retry_topic() const noexcept { return retry_topic_; }

  /// The member reads other queues now: all versions move on.
  void renew(std::int64_t now_ms) noexcept;
  [[nodiscard]] std::int64_t version() const noexcept { return version_; }
  /// When the table was made, by the wall clock.
  [[nodiscard]] std::int64_t started_ms() const noexcept { return started_ms_; }
  /// A heartbeat with this version has been answered.
  void announced(std::int64_t version) noexcept;
  [[nodiscard]] std::int64_t announced_version() const noexcept { return announced_; }

 private:
  explicit subscription_table(std::int64_t now_ms) noexcept : started_ms_(now_ms), version_(now_ms), announced_(now_ms) {}

  topic_map topics_;
  std::string retry_topic_;
  std::int64_t started_ms_;
  std::int64_t version_;
  std::int64_t announced_;
};

}  // namespace parley::rocketmq::consume
