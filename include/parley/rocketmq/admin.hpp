// Administration: what a program needs to find, make, inspect and remove its topics and groups.
#pragma once

#include <parley/rocketmq/admin_views.hpp>
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/message.hpp>

namespace parley::rocketmq {

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

  /// Asks one NameServer itself, whether or not it is among the client's own.
  result<name_server_view> ask_name_server(endpoint address, milliseconds deadline);
  awaitable<result<name_server_view>> async_ask_name_server(endpoint address, milliseconds deadline);
  /// Asks one broker itself, at its advertised address (the client's address map applies).
  result<broker_status> ask_broker(endpoint address, milliseconds deadline);
  awaitable<result<broker_status>> async_ask_broker(endpoint address, milliseconds deadline);
  /// A broker's configuration by name, such as "brokerIP1" or "autoCreateTopicEnable".
  result<std::map<std::string, std::string, std::less<>>> broker_settings(endpoint address, milliseconds deadline);
  awaitable<result<std::map<std::string, std::string, std::less<>>>> async_broker_settings(endpoint address, milliseconds deadline);

  /// From every master and NameServer that knows it. Its messages are gone. `not_found` where nobody knows it.
  result<void> delete_topic(std::string topic, milliseconds deadline);
  awaitable<result<void>> async_delete_topic(std::string topic, milliseconds deadline);
  /// Every queue of every master, by broker and queue.
  result<std::vector<queue_status>> topic_status(std::string topic, milliseconds deadline);
  awaitable<result<std::vector<queue_status>>> async_topic_status(std::string topic, milliseconds deadline);

  /// The groups that any master knows, without RocketMQ's own.
  result<std::vector<std::string>> groups(milliseconds deadline);
  awaitable<result<std::vector<std::string>>> async_groups(milliseconds deadline);
  /// On every master that has it: settings, and offsets where asked; then its retry and dead-letter topics. `refused` where a
  /// broker of 5.5 that creates groups by itself keeps the group because its offsets are kept.
  result<void> delete_group(std::string group, bool offsets_too, milliseconds deadline);
  awaitable<result<void>> async_delete_group(std::string group, bool offsets_too, milliseconds deadline);
  /// Who consumes as this group. No members is an answer, not an error; `not_found` where no master knows the group.
  result<group_connections> connections(std::string group, milliseconds deadline);
  awaitable<result<group_connections>> async_connections(std::string group, milliseconds deadline);
  /// One member's own word, by way of a broker that it is connected to. `not_found` where it is not connected.
  result<member_state> member(std::string group, std::string client_id, milliseconds deadline);
  awaitable<result<member_state>> async_member(std::string group, std::string client_id, milliseconds deadline);
  /// Every queue that the group has ever committed, of one topic or (empty) of all. `not_found` where no master knows the group.
  result<group_progress> progress(std::string group, std::string topic, milliseconds deadline);
  awaitable<result<group_progress>> async_progress(std::string group, std::string topic, milliseconds deadline);
  /// The group goes on with the first message stored at or after this moment (ms since the epoch; -1 = the end of each queue).
  /// Members that are connected follow with their next pull: as soon as the broker stops holding the one that waits (15 s at most
  /// by default). Gives the new position of each queue.
  result<std::vector<queue_position>> reset_offsets(std::string group, std::string topic, std::int64_t to_ms, milliseconds deadline);
  awaitable<result<std::vector<queue_position>>> async_reset_offsets(std::string group, std::string topic, std::int64_t to_ms, milliseconds deadline);

  /// By the producer's unique key or by a broker's offset id; of several copies the newest. `not_found` where there is none.
  result<received_message> find_message(std::string topic, std::string id, milliseconds deadline);
  awaitable<result<received_message>> async_find_message(std::string topic, std::string id, milliseconds deadline);
  /// By key, newest first, at most `most` (1 to 64) of those stored between the two moments (ms since the epoch).
  result<std::vector<received_message>> find_messages(std::string topic, std::string key, std::int32_t most, std::int64_t from_ms, std::int64_t to_ms,
                                                 milliseconds deadline);
  awaitable<result<std::vector<received_message>>> async_find_messages(std::string topic, std::string key, std::int32_t most, std::int64_t from_ms,
                                                                  std::int64_t to_ms, milliseconds deadline);

 private:
  std::shared_ptr<core::client_core> core_;
};

}  // namespace parley::rocketmq
