// What an administrator is shown: the state of servers, topics and groups at one moment.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/endpoint.hpp>
#include <parley/rocketmq/message.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::rocketmq {

/// A broker as the NameServer knows it.
struct broker_info {
  std::string cluster;
  std::string name;
  std::map<std::int64_t, endpoint> addresses;  ///< by broker id; 0 is the master. As advertised: an address map is not applied
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

/// What one NameServer, asked by its own address, knows. Two that differ are a cluster that is only half registered.
struct name_server_view {
  endpoint address;
  std::string version;       ///< "V5_5_0"; a number in parentheses where this library has no name for it
  milliseconds round_trip{0};  ///< connecting included when there was no connection yet
  std::vector<broker_info> brokers;
};

/// What one broker says of itself (RocketMQ's request 28): figures by name, such as "brokerVersionDesc" or "commitLogDiskRatio".
struct broker_status {
  endpoint address;
  milliseconds round_trip{0};
  std::map<std::string, std::string, std::less<>> figures;
};

/// One queue's extent. The next message gets `max_offset`; `min_offset` is the oldest that is still there.
struct queue_status {
  message_queue queue;
  std::int64_t min_offset{0};
  std::int64_t max_offset{0};
  std::int64_t last_stored_ms{0};  ///< of the newest message, since the epoch; 0 = none
};

/// A connection that a broker has with a member of a group. One client id twice = two programs that stand for the same client.
struct connected_client {
  std::string client_id;
  std::string address;  ///< "host:port" as the broker sees it
  std::string language;
  std::string version;
};

struct group_connections {
  std::vector<connected_client> clients;                  ///< of every master, one that is connected to several named once
  bool broadcasting{false};
  bool push{true};
  std::map<std::string, std::string> subscriptions;       ///< tag or SQL expression by topic, as the brokers have them now
};

/// What one member says that it does (RocketMQ's request 307, which the broker passes on).
struct member_state {
  std::string client_id;
  std::map<std::string, std::string> subscriptions;  ///< expression by topic
  std::vector<message_queue> queues;                 ///< that it reads now
  std::map<std::string, std::string, std::less<>> properties;
};

struct committed_queue {
  message_queue queue;
  std::int64_t broker_offset{0};    ///< where the queue ends
  std::int64_t consumer_offset{0};  ///< what the group has committed; -1 = nothing
  std::int64_t pull_offset{0};
  std::int64_t last_consumed_ms{0};  ///< store time of the last committed message, since the epoch; 0 = unknown
  /// Messages that wait, never below zero.
  [[nodiscard]] std::int64_t lag() const noexcept { return broker_offset > consumer_offset ? broker_offset - (consumer_offset > 0 ? consumer_offset : 0) : 0; }
};

struct group_progress {
  std::vector<committed_queue> queues;  ///< by topic, broker and queue; the group's retry topic is among them
  double consumed_per_second{0};
  [[nodiscard]] std::int64_t lag() const noexcept {
    std::int64_t sum = 0;
    for (const auto& queue : queues) sum += queue.lag();
    return sum;
  }
};

struct queue_position {
  message_queue queue;
  std::int64_t offset{0};
};

}  // namespace parley::rocketmq
