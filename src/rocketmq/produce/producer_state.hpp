// A producer's inside: what is under way, where topics go, and one send's way through its attempts.
#pragma once

#include "core/client_core.hpp"
#include "produce/message_ids.hpp"
#include "produce/prepared_message.hpp"
#include "produce/queue_choice.hpp"
#include "produce/send_rules.hpp"

#include <parley/io/signal.hpp>
#include <parley/rocketmq/producer.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <optional>

namespace parley::rocketmq {

/// Held by the producer and by every send under way. On the core's thread unless said otherwise.
struct producer::state : std::enable_shared_from_this<producer::state> {
  state(std::shared_ptr<core::client_core> owner, producer_options given);

  /// Any thread: counts a send in, or says why not.
  std::optional<error> admit();
  /// Any thread.
  void leave();
  /// Any thread: checked and encoded on the caller's, as that may be long.
  result<produce::prepared_message> prepare(message&& what);

  /// One send. Ends by the deadline.
  io::task<send_outcome> send(produce::prepared_message what, send_options how, steady_time deadline);
  /// Asks every broker that the topic can be written at, at once; ends with the first that answers.
  io::task<result<void>> reach(std::string topic, steady_time deadline);
  /// Any thread.
  void count(send_status how) noexcept;
  /// Refuses new sends, waits for those under way, unregisters the group. May be repeated.
  io::task<result<void>> drain(steady_time deadline);

  const std::shared_ptr<core::client_core> core;
  const producer_options options;
  const result<void> options_checked;
  produce::message_ids ids;
  std::atomic<std::size_t> in_flight{0};
  std::atomic<bool> closing{false};
  std::atomic<std::uint64_t> sends_stored{0};
  std::atomic<std::uint64_t> sends_rejected{0};
  std::atomic<std::uint64_t> sends_unknown{0};
  bool registered{false};

 private:
  // Where a topic's messages go, worked out once a route.
  struct plan {
    explicit plan(std::uint64_t start) : turns(start) {}
    std::shared_ptr<const topic_route> made_from{};
    std::vector<message_queue> queues{};
    produce::turn turns;
    bool to_create{false};  // the topic is not there yet and a broker will make it
    steady_time good_until{};
  };
  struct target {
    message_queue queue;
    endpoint address;
    bool another_broker{false};
  };

  plan& plan_of(const std::string& topic);
  io::task<result<void>> find_queues(std::string topic, steady_time deadline);
  io::task<result<target>> find_target(const produce::prepared_message& what, const send_options& how, std::string last_broker, steady_time deadline);
  const message_queue& choose(plan& from, const produce::prepared_message& what, const send_options& how, const std::string& last_broker);
  [[nodiscard]] remoting::command request_for(const produce::prepared_message& what, const message_queue& to) const;
  io::task<void> before_retry(const error& why, const std::string& topic, std::int32_t attempts, steady_time deadline);

  std::map<std::string, plan, std::less<>> plans_;
  produce::broker_health health_;
  io::signal idle_;
};

}  // namespace parley::rocketmq
