// Transactions: END_TRANSACTION (37) and the broker's CHECK_TRANSACTION_STATE (39).
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::remoting {

/// Oneway. `outcome` is a transaction type of sys_flag: 8 commit, 12 roll back, 0 unknown.
struct end_transaction_request {
  static constexpr std::int32_t code = request_code::end_transaction;
  std::optional<std::string> topic{};
  std::string producer_group;
  std::int64_t queue_offset{0};
  std::int64_t physical_offset{0};
  std::int32_t outcome{0};
  bool from_check{false};
  std::string message_id{};
  std::optional<std::string> transaction_id{};
  std::optional<std::string> broker_name{};
  friend bool operator==(const end_transaction_request&, const end_transaction_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<end_transaction_request> read(const ext_fields& in);
};

/// Oneway, broker to client; the half message is the body.
struct check_transaction_request {
  static constexpr std::int32_t code = request_code::check_transaction_state;
  std::optional<std::string> topic{};
  std::int64_t queue_offset{0};
  std::int64_t physical_offset{0};
  std::optional<std::string> message_id{};
  std::optional<std::string> transaction_id{};
  std::optional<std::string> offset_message_id{};
  std::optional<std::string> broker_name{};
  friend bool operator==(const check_transaction_request&, const check_transaction_request&) = default;

  [[nodiscard]] command to_command() const;
  static result<check_transaction_request> read(const ext_fields& in);
};

}  // namespace parley::remoting
