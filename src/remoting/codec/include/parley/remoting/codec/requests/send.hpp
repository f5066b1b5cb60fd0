// Sending: SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320), their answer, and CONSUMER_SEND_MSG_BACK (36).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::remoting {

struct send_request {
  std::string producer_group;
  std::string topic;
  std::string default_topic{"TBW102"};
  std::int32_t default_topic_queues{4};
  std::int32_t queue_id{0};
  std::int32_t sys_flag{0};
  std::int64_t born_timestamp_ms{0};
  std::int32_t flag{0};
  std::string properties{};  ///< as encode_properties writes them
  std::int32_t reconsume_times{0};
  bool unit_mode{false};
  bool batch{false};
  std::optional<std::int32_t> max_reconsume_times{};
  std::optional<std::string> broker_name{};
  friend bool operator==(const send_request&, const send_request&) = default;

  /// Code 10 has fields with names, every other one letters; 320 always says that it is a batch.
  [[nodiscard]] command to_command(bytes body, std::int32_t code = request_code::send_message_v2) const;
  static result<send_request> read(const command& in);
};

struct send_response {
  std::string message_id;  ///< the offset message id; of a batch, several with commas between
  std::int32_t queue_id{0};
  std::int64_t queue_offset{0};
  std::optional<std::string> transaction_id{};
  std::optional<std::string> batch_unique_id{};
  std::optional<std::string> recall_handle{};
  std::optional<std::string> region{};
  std::optional<bool> trace_on{};
  friend bool operator==(const send_response&, const send_response&) = default;

  void write(ext_fields& out) const;
  static result<send_response> read(const ext_fields& in);
};

struct send_back_request {
  static constexpr std::int32_t code = request_code::consumer_send_msg_back;
  std::int64_t physical_offset{0};
  std::string group;
  std::int32_t delay_level{0};  ///< 0: the broker decides; -1: straight to the dead letters
  std::optional<std::string> origin_message_id{};
  std::optional<std::string> origin_topic{};
  bool unit_mode{false};
  std::optional<std::int32_t> max_reconsume_times{};
  std::optional<std::string> broker_name{};
  friend bool operator==(const send_back_request&, const send_back_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<send_back_request> read(const ext_fields& in);
};

}  // namespace parley::remoting
