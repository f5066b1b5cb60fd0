// A push consumer put together: its parts, its place among the client's groups, its beginning and end.
#pragma once

#include "consume/assignment.hpp"
#include "consume/delivery.hpp"
#include "consume/handler_runner.hpp"
#include "consume/member_context.hpp"
#include "consume/offset_keeper.hpp"
#include "consume/queue_lock.hpp"
#include "consume/queue_reader.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace parley::rocketmq::consume {

/// What the consumer does with a message: one of the two is set.
struct message_handlers {
  push_consumer::handler blocking{};
  push_consumer::async_handler asynchronous{};
};

/// Checks everything that push_consumer::start() promises to check.
result<void> check_options(const push_consumer_options& options);

/// Own thread of the core, unless said otherwise. Begins once, stops once.
class group_consumer final : public core::group_member, public std::enable_shared_from_this<group_consumer> {
 public:
  /// Checks and, for broadcasting, reads the offset file. Blocking; the caller's thread.
  static result<std::shared_ptr<group_consumer>> make(const std::shared_ptr<core::client_core>& core,
                                                      push_consumer_options options, message_handlers given,
                                                      member_timing timing = {});
  group_consumer(const std::shared_ptr<core::client_core>& core, push_consumer_options options, subscription_table table,
                 message_handlers given, member_timing timing);

  /// Nothing happens when it was stopped before.
  void begin();
  /// For a consumer whose client never ran it: begin() does nothing from now on. Any thread.
  void cancel() noexcept;
  /// Any thread.
  [[nodiscard]] bool is_stopped() const noexcept { return phase_.load() == phase::stopped; }
  [[nodiscard]] push_consumer_stats stats() const;
  [[nodiscard]] std::vector<queue_progress> progress() const;
  [[nodiscard]] bool inside_handler() const { return runner_->inside_handler(); }

  /// Every caller waits for the one stop there is.
  io::task<result<void>> stop(steady_time deadline) override;

  [[nodiscard]] const std::string& group() const noexcept override { return context_.options.group; }
  void describe(core::heartbeat_entries& out) const override;
  [[nodiscard]] std::vector<std::string> topics() const override;
  void rebalance_soon() override { queues_.soon(); }
  std::optional<remoting::command> on_broker_request(const remoting::command& request) override;
  std::optional<remoting::command> on_broker_request(const remoting::command& request, const answer_later& later) override;

 private:
  enum class phase : std::uint8_t { made, running, stopping, stopped };

  io::task<void> keep_committing();
  io::task<result<void>> drain();
  void reset_offsets(const remoting::command& request);
  [[nodiscard]] remoting::command tell_status(const remoting::command& request) const;
  [[nodiscard]] remoting::command tell_running(const remoting::command& request) const;
  [[nodiscard]] std::optional<remoting::command> consume_directly(const remoting::command& request, const answer_later& later);

  member_context context_;
  offset_keeper offsets_;
  std::shared_ptr<handler_runner> runner_;
  delivery delivery_;
  queue_lock locks_;
  queue_reader reader_;
  assignment queues_;
  std::atomic<phase> phase_{phase::made};
  io::signal stopped_;
  result<void> stop_outcome_{};
};

}  // namespace parley::rocketmq::consume
