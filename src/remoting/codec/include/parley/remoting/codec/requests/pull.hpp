// Pulling: PULL_MESSAGE (11) and its answer; QUERY_MESSAGE (12) and VIEW_MESSAGE_BY_ID (33).
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::remoting {

/// Bits of pull_request::sys_flag.
namespace pull_flag {
inline constexpr std::int32_t commit_offset = 0x1;  ///< commit_offset is to be stored
inline constexpr std::int32_t suspend = 0x2;        ///< hold the request while there is nothing
inline constexpr std::int32_t subscription = 0x4;   ///< filter by the request's subscription, not the heartbeat's
inline constexpr std::int32_t class_filter = 0x8;
inline constexpr std::int32_t lite = 0x10;
}  // namespace pull_flag

struct pull_request {
  static constexpr std::int32_t code = request_code::pull_message;
  std::string consumer_group;
  std::string topic;
  std::int32_t queue_id{0};
  std::int64_t queue_offset{0};
  std::int32_t max_messages{32};
  std::int32_t sys_flag{0};  ///< pull_flag bits
  std::int64_t commit_offset{0};
  std::int64_t suspend_timeout_ms{0};
  std::int64_t sub_version{0};
  std::optional<std::string> subscription{};
  std::optional<std::string> expression_type{};
  std::optional<std::int32_t> max_bytes{};
  std::optional<std::string> broker_name{};
  friend bool operator==(const pull_request&, const pull_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<pull_request> read(const ext_fields& in);
};

struct pull_response {
  std::int64_t suggested_broker_id{0};
  std::int64_t next_begin_offset{0};
  std::int64_t min_offset{0};
  std::int64_t max_offset{0};
  std::optional<std::int64_t> offset_delta{};
  std::optional<std::int32_t> topic_sys_flag{};
  std::optional<std::int32_t> group_sys_flag{};
  std::optional<std::int32_t> forbidden_type{};
  friend bool operator==(const pull_response&, const pull_response&) = default;

  void write(ext_fields& out) const;
  static result<pull_response> read(const ext_fields& in);
};

struct query_message_request {
  static constexpr std::int32_t code = request_code::query_message;
  std::string topic;
  std::string key;
  std::int32_t max_messages{32};
  std::int64_t begin_ms{0};
  std::int64_t end_ms{0};
  bool unique_key{false};  ///< `key` is a unique key, not one of the message's KEYS
  friend bool operator==(const query_message_request&, const query_message_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<query_message_request> read(const ext_fields& in);
};

struct view_message_request {
  static constexpr std::int32_t code = request_code::view_message_by_id;
  std::int64_t physical_offset{0};
  std::optional<std::string> topic{};
  friend bool operator==(const view_message_request&, const view_message_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<view_message_request> read(const ext_fields& in);
};

}  // namespace parley::remoting
