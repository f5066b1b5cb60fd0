// Where a topic's queues are: the answers to GET_ROUTEINFO_BY_TOPIC (105) and GET_BROKER_CLUSTER_INFO (106).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parley::remoting {

/// The id of a master among a broker's addresses.
inline constexpr std::int64_t master_id = 0;

/// Bits of queue_data::perm.
namespace queue_perm {
inline constexpr std::int32_t read = 4;
inline constexpr std::int32_t write = 2;
inline constexpr std::int32_t inherit = 1;
}  // namespace queue_perm

struct broker_data {
  std::string cluster;
  std::string broker_name;
  std::map<std::int64_t, std::string> addresses{};  ///< by broker id; "host:port" as the broker advertises it
  bool enable_acting_master{false};
  friend bool operator==(const broker_data&, const broker_data&) = default;
};

struct queue_data {
  std::string broker_name;
  std::int32_t read_queues{0};
  std::int32_t write_queues{0};
  std::int32_t perm{0};  ///< queue_perm bits
  std::int32_t sys_flag{0};
  friend bool operator==(const queue_data&, const queue_data&) = default;
};

/// Read from standard JSON and from Java's, whose brokerAddrs have bare numbers as keys; written as standard JSON, which all take.
struct topic_route {
  std::vector<broker_data> brokers{};
  std::vector<queue_data> queues{};
  std::optional<std::string> order_conf{};
  friend bool operator==(const topic_route&, const topic_route&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<topic_route> decode(byte_view in);
};

struct cluster_info {
  std::map<std::string, broker_data> brokers{};                ///< by broker name
  std::map<std::string, std::vector<std::string>> clusters{};  ///< broker names by cluster
  friend bool operator==(const cluster_info&, const cluster_info&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<cluster_info> decode(byte_view in);
};

}  // namespace parley::remoting
