// Topics: routes (105), creation (17), removal (215, 216), configuration (351) and statistics (202).
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::remoting {

struct route_request {
  static constexpr std::int32_t code = request_code::get_route_info_by_topic;
  std::string topic;
  bool standard_json_only{true};  ///< or an old NameServer writes bare numbers as keys
  friend bool operator==(const route_request&, const route_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<route_request> read(const ext_fields& in);
};

struct create_topic_request {
  static constexpr std::int32_t code = request_code::update_and_create_topic;
  std::string topic;
  std::string default_topic{"TBW102"};
  std::int32_t read_queues{0};
  std::int32_t write_queues{0};
  std::int32_t perm{6};  ///< 4 read, 2 write, 1 inherit
  std::string filter_type{"SINGLE_TAG"};
  std::int32_t sys_flag{0};
  bool order{false};
  std::optional<std::string> attributes{};  ///< "+k=v,-k"
  std::optional<bool> force{};
  friend bool operator==(const create_topic_request&, const create_topic_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<create_topic_request> read(const ext_fields& in);
};

struct delete_topic_in_broker_request {
  static constexpr std::int32_t code = request_code::delete_topic_in_broker;
  std::string topic;
  friend bool operator==(const delete_topic_in_broker_request&, const delete_topic_in_broker_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<delete_topic_in_broker_request> read(const ext_fields& in);
};

struct delete_topic_in_namesrv_request {
  static constexpr std::int32_t code = request_code::delete_topic_in_namesrv;
  std::string topic;
  std::optional<std::string> cluster{};
  friend bool operator==(const delete_topic_in_namesrv_request&, const delete_topic_in_namesrv_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<delete_topic_in_namesrv_request> read(const ext_fields& in);
};

struct topic_config_request {
  static constexpr std::int32_t code = request_code::get_topic_config;
  std::string topic;
  friend bool operator==(const topic_config_request&, const topic_config_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<topic_config_request> read(const ext_fields& in);
};

struct topic_stats_request {
  static constexpr std::int32_t code = request_code::get_topic_stats_info;
  std::string topic;
  friend bool operator==(const topic_stats_request&, const topic_stats_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<topic_stats_request> read(const ext_fields& in);
};

}  // namespace parley::remoting
