// Groups and their members: heartbeat's answer (34), unregister (35), consumer list (38), and what a broker asks of a client
// (40, 220, 221, 307, 309); what an administrator asks of them (201, 203, 207, 208, 222, 352). Their bodies are in bodies/.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::remoting {

struct heartbeat_response {
  bool supports_v2{false};
  bool subscription_changed{false};
  friend bool operator==(const heartbeat_response&, const heartbeat_response&) = default;

  void write(ext_fields& out) const;
  static result<heartbeat_response> read(const ext_fields& in);
};

struct unregister_request {
  static constexpr std::int32_t code = request_code::unregister_client;
  std::string client_id;
  std::optional<std::string> producer_group{};
  std::optional<std::string> consumer_group{};
  friend bool operator==(const unregister_request&, const unregister_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<unregister_request> read(const ext_fields& in);
};

struct consumer_list_request {
  static constexpr std::int32_t code = request_code::get_consumer_list_by_group;
  std::string consumer_group;
  friend bool operator==(const consumer_list_request&, const consumer_list_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<consumer_list_request> read(const ext_fields& in);
};

/// Oneway, broker to client: rebalance now.
struct consumers_changed_request {
  static constexpr std::int32_t code = request_code::notify_consumer_ids_changed;
  std::string consumer_group;
  friend bool operator==(const consumers_changed_request&, const consumers_changed_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<consumers_changed_request> read(const ext_fields& in);
};

/// Oneway, broker to client; the offsets are the body.
struct reset_offset_request {
  static constexpr std::int32_t code = request_code::reset_consumer_client_offset;
  std::string topic;
  std::string group;
  std::int64_t timestamp_ms{0};
  bool force{false};
  friend bool operator==(const reset_offset_request&, const reset_offset_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<reset_offset_request> read(const ext_fields& in);
};

/// Broker to client.
struct consumer_status_request {
  static constexpr std::int32_t code = request_code::get_consumer_status_from_client;
  std::string topic;
  std::string group;
  std::optional<std::string> client_address{};
  friend bool operator==(const consumer_status_request&, const consumer_status_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<consumer_status_request> read(const ext_fields& in);
};

/// Broker to client.
struct running_info_request {
  static constexpr std::int32_t code = request_code::get_consumer_running_info;
  std::string consumer_group;
  std::string client_id;
  bool with_stacks{false};
  friend bool operator==(const running_info_request&, const running_info_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<running_info_request> read(const ext_fields& in);
};

/// Broker to client; the stored message is the body.
struct consume_directly_request {
  static constexpr std::int32_t code = request_code::consume_message_directly;
  std::string consumer_group;
  std::optional<std::string> client_id{};
  std::optional<std::string> message_id{};
  std::optional<std::string> broker_name{};
  std::optional<std::string> topic{};
  std::optional<std::int32_t> topic_sys_flag{};
  std::optional<std::int32_t> group_sys_flag{};
  friend bool operator==(const consume_directly_request&, const consume_directly_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<consume_directly_request> read(const ext_fields& in);
};

struct group_config_request {
  static constexpr std::int32_t code = request_code::get_subscription_group_config;
  std::string group;
  friend bool operator==(const group_config_request&, const group_config_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<group_config_request> read(const ext_fields& in);
};

/// All groups of a broker, or since 5.x a page of them: those from `first` on in the order of their names, as long as
/// `data_version` is the text of the last answer's; else it begins at the first one again.
struct all_groups_request {
  static constexpr std::int32_t code = request_code::get_all_subscription_groups;
  std::optional<std::int32_t> first{};
  std::optional<std::int32_t> most{};
  std::optional<std::string> data_version{};
  friend bool operator==(const all_groups_request&, const all_groups_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<all_groups_request> read(const ext_fields& in);
};

/// The answer's field; brokers of 4.x send none, and all groups.
struct all_groups_response {
  std::optional<std::int32_t> total{};
  friend bool operator==(const all_groups_response&, const all_groups_response&) = default;

  void write(ext_fields& out) const;
  static result<all_groups_response> read(const ext_fields& in);
};

struct delete_group_request {
  static constexpr std::int32_t code = request_code::delete_subscription_group;
  std::string group;
  bool offsets_too{false};
  friend bool operator==(const delete_group_request&, const delete_group_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<delete_group_request> read(const ext_fields& in);
};

struct consumer_connections_request {
  static constexpr std::int32_t code = request_code::get_consumer_connections;
  std::string consumer_group;
  friend bool operator==(const consumer_connections_request&, const consumer_connections_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<consumer_connections_request> read(const ext_fields& in);
};

/// Administrator to broker: sets the offsets of a group, by time.
struct invoke_reset_request {
  static constexpr std::int32_t code = request_code::invoke_broker_to_reset_offset;
  std::string topic;
  std::string group;
  std::int64_t timestamp_ms{0};  ///< -1 = the end
  bool force{false};             ///< also forwards
  std::int32_t queue_id{-1};     ///< -1 = all queues
  std::int64_t offset{-1};       ///< of that one queue, in place of the time
  friend bool operator==(const invoke_reset_request&, const invoke_reset_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<invoke_reset_request> read(const ext_fields& in);
};

struct consume_stats_request {
  static constexpr std::int32_t code = request_code::get_consume_stats;
  std::string consumer_group;
  std::optional<std::string> topic{};
  friend bool operator==(const consume_stats_request&, const consume_stats_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<consume_stats_request> read(const ext_fields& in);
};

}  // namespace parley::remoting
