// Administration: what a program needs to find and make its topics and groups.
#pragma once

#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/message.hpp>

namespace parley::rocketmq {

/// A broker as the NameServer knows it.
struct broker_info {
  std::string cluster;
  std::string name;
  std::map<std::int64_t, endpoint> addresses;  ///< by broker id; 0 is the master
};

struct topic_queues {
  std::string broker_name;
  std::int32_t read_queues{0};
  std::int32_t write_queues{0};
  std::int32_t permission{0};  ///< 4 read, 2 write, 1 inherit
};

struct topic_route {
  std::string topic;
  std::vector<broker_info> brokers;
  std::vector<topic_queues> queues;
};

struct topic_settings {
  std::string name;
  std::int32_t read_queues{8};
  std::int32_t write_queues{8};
  std::int32_t permission{6};
  std::string cluster{};  ///< empty = every cluster that the NameServer knows
};

struct group_settings {
  std::string name;
  std::int32_t retry_queues{1};
  std::int32_t retry_max_times{16};
  bool consume_broadcast{true};
  std::string cluster{};  ///< empty = every cluster that the NameServer knows
};

/// Thread-safe. Every call has a deadline; `not_found` where the thing does not exist, `permission` where the cluster forbids it.
class admin {
 public:
  explicit admin(client& owner);

  /// On every master of the cluster, then waits until the NameServer shows it there. With `only_if_missing` a topic that the
  /// NameServer knows is left as it is.
  result<void> create_topic(topic_settings settings, milliseconds deadline, bool only_if_missing = true);
  awaitable<result<void>> async_create_topic(topic_settings settings, milliseconds deadline, bool only_if_missing = true);
  /// On every master of the cluster. An existing group gets these settings; with `only_if_missing` a master that has the group,
  /// or is too old to say so, is left alone.
  result<void> create_group(group_settings settings, milliseconds deadline, bool only_if_missing = false);
  awaitable<result<void>> async_create_group(group_settings settings, milliseconds deadline, bool only_if_missing = false);
  /// Asked for now, not from the cache.
  result<topic_route> route(std::string topic, milliseconds deadline);
  awaitable<result<topic_route>> async_route(std::string topic, milliseconds deadline);
  result<std::vector<std::string>> topics(milliseconds deadline);
  awaitable<result<std::vector<std::string>>> async_topics(milliseconds deadline);
  result<std::vector<broker_info>> brokers(milliseconds deadline);
  awaitable<result<std::vector<broker_info>>> async_brokers(milliseconds deadline);

 private:
  std::shared_ptr<core::client_core> core_;
};

}  // namespace parley::rocketmq
