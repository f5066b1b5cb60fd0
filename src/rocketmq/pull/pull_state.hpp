// A pull consumer's inside: one loop a queue, one buffer or sink for all of them.
#pragma once

#include "core/client_core.hpp"
#include "core/tag_filter.hpp"
#include "pull/pull_rules.hpp"

#include <parley/io/signal.hpp>
#include <parley/remoting/codec/requests/pull.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace parley::rocketmq {

/// Held by the consumer and by every loop. On the core's thread unless said otherwise.
struct pull_consumer::state : std::enable_shared_from_this<pull_consumer::state> {
  using messages = std::vector<received_message>;
  using trouble_handler = std::function<void(const message_queue&, const error&)>;

  state(std::shared_ptr<core::client_core> owner, pull_consumer_options given);

  io::task<result<void>> subscribe(std::string topic, filter what, steady_time deadline);
  io::task<result<void>> assign(std::vector<message_queue> queues, filter what, steady_time deadline);
  io::task<result<std::vector<message_queue>>> queues_of(std::string topic, steady_time deadline);
  void seek(const message_queue& queue, std::int64_t offset);
  io::task<result<void>> seek_to_end(message_queue queue, steady_time deadline);
  io::task<result<void>> seek_to_begin(message_queue queue, steady_time deadline);
  io::task<result<messages>> poll(steady_time deadline, std::size_t at_most);
  /// See pull_consumer::async_reach.
  io::task<result<void>> reach(std::string topic, steady_time deadline);
  /// Puts back in front what a poll took for somebody who did not wait for it.
  void give_back(messages taken);
  /// Any thread.
  [[nodiscard]] pull_consumer_stats stats() const noexcept;
  /// Ends all loops; those that wait for a broker's answer end when it comes and do nothing more.
  void stop();

  const std::shared_ptr<core::client_core> core;
  const pull_consumer_options options;
  const result<void> options_checked;
  sink on_message;
  trouble_handler on_trouble;
  std::atomic<bool> stopped{false};

 private:
  using filter_ptr = std::shared_ptr<const core::tag_filter>;
  // A queue's position and the loop that moves it. Replaced, not changed, when the position is set anew: a loop whose reader is
  // not alive drops what comes to it, so a queue never has two that deliver.
  struct reader {
    message_queue queue;
    filter_ptr passing;
    std::int64_t next_offset{0};
    std::int64_t behind{0};  // its part of lag_
    bool alive{true};
    std::int64_t broker_id{0};
    std::int32_t batch{32};
    pull::pacing pace{};
    pull::trouble health{};
  };
  using reader_ptr = std::shared_ptr<reader>;
  using offsets = std::map<message_queue, std::int64_t>;

  result<void> usable() const;
  void read_from(const message_queue& queue, filter_ptr passing, std::int64_t offset);
  void forget(const message_queue& queue);
  void retire(reader& old);
  void note_end(reader& of, std::int64_t end_offset);
  void route_changed(const std::string& topic);
  io::task<result<std::int64_t>> ask_offset(message_queue queue, bool end, steady_time deadline);
  io::task<result<void>> look_at_end(message_queue queue, steady_time deadline);
  io::task<result<offsets>> ask_ends(std::vector<message_queue> queues, steady_time deadline);

  io::task<void> read_forever(reader_ptr own);
  io::task<void> wait_for_room();
  io::task<milliseconds> read_once(reader_ptr own);
  [[nodiscard]] remoting::command request_for(const reader& of) const;
  milliseconds failed(reader& of, const error& why);
  milliseconds take(const reader_ptr& of, const remoting::command& answer, milliseconds took);
  void take_messages(const reader_ptr& of, const remoting::command& answer, const remoting::pull_response& head);
  void deliver(received_message&& what);
  [[nodiscard]] error refused(const message_queue& queue, const remoting::command& answer) const;
  void tell_trouble(const reader& of, const error& why);

  std::map<message_queue, reader_ptr> readers_;
  std::map<std::string, filter_ptr, std::less<>> subscriptions_;  // topics of which new queues are read too
  offsets sought_;                                                // for queues that are not assigned yet
  std::deque<received_message> buffer_;
  std::size_t buffered_bytes_{0};
  std::atomic<std::size_t> queues_{0};
  std::atomic<std::int64_t> lag_{0};
  std::atomic<std::uint64_t> failures_{0};
  bool listening_{false};
  io::signal arrived_;
  io::signal room_;
};

}  // namespace parley::rocketmq
