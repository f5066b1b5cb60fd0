// What a group member asks brokers: one coroutine for each request, answers checked and named.
#pragma once

#include "core/client_core.hpp"

#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/requests/pull.hpp>
#include <parley/rocketmq/message.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::rocketmq::consume {

/// What a pull says besides errors.
enum class pull_status : std::uint8_t {
  found,
  nothing_new,   ///< the hold is over
  none_matched,  ///< go on at next_offset
  offset_moved,  ///< the offset is not one of the queue's, or was reset: begin anew at next_offset
};

struct pull_outcome {
  pull_status status{pull_status::nothing_new};
  std::int64_t next_offset{0};
  std::int64_t max_offset{0};
  std::int64_t suggested_broker_id{0};
  std::vector<remoting::stored_message> messages;
  std::optional<error> damage{};  ///< the message after the last of `messages` does not decode
};

/// A failed message on its way back to the broker.
struct returned_message {
  std::shared_ptr<const received_message> message;
  std::int32_t reconsume_times{0};  ///< as the copy shall say, or as it was before (send_back)
  std::int32_t max_reconsume_times{16};
};

/// Whether the broker may have done what failed so, or may do it yet: nobody waits for the answer any more.
[[nodiscard]] bool is_in_doubt(const error& why) noexcept;

/// Stateless but for the names. Own thread of the core; the object must outlive its calls.
///
/// Errors are those of the connection, `refused` with the broker's code and remark, `malformed` for an answer that lacks what
/// it must have, and `unavailable` when no route names the broker.
class group_calls {
 public:
  group_calls(std::shared_ptr<core::client_core> core, std::string group) : core_(std::move(core)), group_(std::move(group)) {}

  /// The members that the broker knows, this one included once it is registered. A group that it does not know has none.
  io::task<result<std::vector<std::string>>> members(endpoint broker, steady_time deadline) const;

  /// The group's offset; `not_found` when it has none, and only then.
  io::task<result<std::int64_t>> stored_offset(message_queue queue, steady_time deadline) const;
  io::task<result<std::int64_t>> earliest_offset(message_queue queue, steady_time deadline) const;
  io::task<result<std::int64_t>> end_offset(message_queue queue, steady_time deadline) const;
  io::task<result<std::int64_t>> offset_at(message_queue queue, std::int64_t timestamp_ms, steady_time deadline) const;

  io::task<result<void>> commit(message_queue queue, std::int64_t offset, steady_time deadline) const;

  /// The queues of one broker that this client owns now.
  io::task<result<std::vector<message_queue>>> lock(std::string broker_name, std::vector<message_queue> queues,
                                                    steady_time deadline) const;
  io::task<result<void>> unlock(std::string broker_name, std::vector<message_queue> queues, steady_time deadline) const;

  io::task<result<pull_outcome>> pull(endpoint broker, remoting::pull_request request, steady_time deadline) const;

  /// The broker that holds the message puts a copy into the retry topic, or into the dead letters when it was tried enough.
  io::task<result<void>> send_back(returned_message what, steady_time deadline) const;
  /// Sends the copy itself, to any broker that takes it. Past the maximum it goes to the dead letters.
  io::task<result<void>> send_copy(returned_message what, steady_time deadline) const;

 private:
  io::task<result<remoting::command>> ask(message_queue queue, remoting::command request, steady_time deadline) const;
  io::task<result<remoting::command>> ask_broker(std::string broker_name, remoting::command request, steady_time deadline) const;
  io::task<result<std::int64_t>> ask_offset(message_queue queue, remoting::command request, steady_time deadline) const;
  [[nodiscard]] std::vector<endpoint> brokers_for_copies(const std::string& topic) const;

  std::shared_ptr<core::client_core> core_;
  std::string group_;
};

}  // namespace parley::rocketmq::consume
