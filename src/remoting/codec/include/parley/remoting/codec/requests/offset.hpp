// Offsets of queues: QUERY_CONSUMER_OFFSET (14), UPDATE_CONSUMER_OFFSET (15), GET_MAX_OFFSET (30), GET_MIN_OFFSET (31),
// SEARCH_OFFSET_BY_TIMESTAMP (29), and their common answer.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::remoting {

struct query_consumer_offset_request {
  static constexpr std::int32_t code = request_code::query_consumer_offset;
  std::string consumer_group;
  std::string topic;
  std::int32_t queue_id{0};
  std::optional<bool> set_zero_if_not_found{};
  std::optional<std::string> broker_name{};
  friend bool operator==(const query_consumer_offset_request&, const query_consumer_offset_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<query_consumer_offset_request> read(const ext_fields& in);
};

struct update_consumer_offset_request {
  static constexpr std::int32_t code = request_code::update_consumer_offset;
  std::string consumer_group;
  std::string topic;
  std::int32_t queue_id{0};
  std::int64_t commit_offset{0};
  std::optional<std::string> broker_name{};
  friend bool operator==(const update_consumer_offset_request&, const update_consumer_offset_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<update_consumer_offset_request> read(const ext_fields& in);
};

struct max_offset_request {
  static constexpr std::int32_t code = request_code::get_max_offset;
  std::string topic;
  std::int32_t queue_id{0};
  std::optional<bool> committed{};
  std::optional<std::string> broker_name{};
  friend bool operator==(const max_offset_request&, const max_offset_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<max_offset_request> read(const ext_fields& in);
};

struct min_offset_request {
  static constexpr std::int32_t code = request_code::get_min_offset;
  std::string topic;
  std::int32_t queue_id{0};
  std::optional<std::string> broker_name{};
  friend bool operator==(const min_offset_request&, const min_offset_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<min_offset_request> read(const ext_fields& in);
};

struct search_offset_request {
  static constexpr std::int32_t code = request_code::search_offset_by_timestamp;
  std::string topic;
  std::int32_t queue_id{0};
  std::int64_t timestamp_ms{0};
  std::optional<std::string> boundary_type{};  ///< "lower" (what absence means) or "upper"
  std::optional<std::string> broker_name{};
  friend bool operator==(const search_offset_request&, const search_offset_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<search_offset_request> read(const ext_fields& in);
};

/// What 14, 29, 30 and 31 are answered with.
struct offset_response {
  std::int64_t offset{0};
  friend bool operator==(const offset_response&, const offset_response&) = default;

  void write(ext_fields& out) const;
  static result<offset_response> read(const ext_fields& in);
};

}  // namespace parley::remoting
