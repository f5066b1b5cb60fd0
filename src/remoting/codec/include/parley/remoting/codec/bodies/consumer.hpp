// What a consumer tells of itself: ConsumerRunningInfo (307) and the outcome of a direct consumption (309).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/bodies/subscription.hpp>
#include <parley/remoting/codec/message_queue.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::remoting {

/// The state of one queue at its consumer.
struct process_queue_info {
  std::int64_t commit_offset{0};
  std::int64_t cached_min_offset{0};
  std::int64_t cached_max_offset{0};
  std::int32_t cached_count{0};
  std::int32_t cached_mib{0};
  bool locked{false};
  std::int64_t try_unlock_times{0};
  std::int64_t last_lock_ms{0};
  bool dropped{false};
  std::int64_t last_pull_ms{0};
  std::int64_t last_consume_ms{0};
  friend bool operator==(const process_queue_info&, const process_queue_info&) = default;
};

/// One topic's rates.
struct consume_status {
  double pull_rt_ms{0};
  double pull_tps{0};
  double consume_rt_ms{0};
  double consume_ok_tps{0};
  double consume_failed_tps{0};
  std::int64_t consume_failed_messages{0};
  friend bool operator==(const consume_status&, const consume_status&) = default;
};

/// Properties that mqadmin needs to be there.
namespace running_property {
inline constexpr std::string_view consume_type = "PROP_CONSUME_TYPE";
inline constexpr std::string_view consume_orderly = "PROP_CONSUMEORDERLY";
inline constexpr std::string_view thread_pool_core_size = "PROP_THREADPOOL_CORE_SIZE";
inline constexpr std::string_view start_timestamp = "PROP_CONSUMER_START_TIMESTAMP";
inline constexpr std::string_view nameserver = "PROP_NAMESERVER_ADDR";
inline constexpr std::string_view client_version = "PROP_CLIENT_VERSION";
}  // namespace running_property

struct consumer_running_info {
  std::map<std::string, std::string, std::less<>> properties{};
  std::vector<subscription_data> subscriptions{};
  std::map<message_queue, process_queue_info> queues{};
  std::map<std::string, consume_status> statuses{};  ///< by topic
  friend bool operator==(const consumer_running_info&, const consumer_running_info&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<consumer_running_info> decode(byte_view in);
};

enum class consume_result : std::uint8_t { success, later, rollback, commit, throw_exception, return_null };
/// Apache's name, such as "CR_SUCCESS".
[[nodiscard]] std::string_view name_of(consume_result in) noexcept;

struct consume_directly_response {
  bool orderly{false};
  bool auto_commit{true};
  consume_result outcome{consume_result::success};
  std::optional<std::string> remark{};
  std::int64_t spent_ms{0};
  friend bool operator==(const consume_directly_response&, const consume_directly_response&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<consume_directly_response> decode(byte_view in);
};

}  // namespace parley::remoting
