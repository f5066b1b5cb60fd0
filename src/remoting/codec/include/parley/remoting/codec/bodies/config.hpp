// Configuration of topics (351) and of subscription groups (200, 201, 352).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace parley::remoting {

struct topic_config {
  std::string topic;
  std::int32_t read_queues{16};
  std::int32_t write_queues{16};
  std::int32_t perm{6};  ///< queue_perm bits, see route.hpp
  std::string filter_type{"SINGLE_TAG"};
  std::int32_t sys_flag{0};
  bool order{false};
  std::map<std::string, std::string> attributes{};
  friend bool operator==(const topic_config&, const topic_config&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<topic_config> decode(byte_view in);
};

/// The defaults are those of a group that a broker creates by itself.
struct subscription_group_config {
  std::string group;
  bool consume_enable{true};
  bool consume_from_min_enable{true};
  bool consume_broadcast_enable{true};
  bool consume_orderly{false};
  std::int32_t retry_queues{1};
  std::int32_t retry_max_times{16};
  std::int64_t broker_id{0};
  std::int64_t which_broker_when_slow{1};
  bool notify_consumers_changed{true};
  std::int32_t sys_flag{0};
  std::int32_t consume_timeout_minutes{15};
  std::map<std::string, std::string> attributes{};
  friend bool operator==(const subscription_group_config&, const subscription_group_config&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<subscription_group_config> decode(byte_view in);
};

/// What tells one state of a broker's configuration from another.
struct data_version {
  std::int64_t counter{0};
  std::int64_t state_version{0};
  std::int64_t timestamp_ms{0};
  friend bool operator==(const data_version&, const data_version&) = default;

  /// As a request's field carries it: JSON.
  [[nodiscard]] std::string to_string() const;
};

/// The groups of one broker, or a page of them.
struct subscription_groups {
  data_version version{};
  std::map<std::string, subscription_group_config, std::less<>> groups{};  ///< by name
  friend bool operator==(const subscription_groups&, const subscription_groups&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<subscription_groups> decode(byte_view in);
};

}  // namespace parley::remoting
