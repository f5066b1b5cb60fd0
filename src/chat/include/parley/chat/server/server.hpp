// The chat server: requests from the bus to the store, answers and events from the store's outbox to the bus.
#pragma once

#include <parley/base/log.hpp>
#include <parley/chat/contract/names.hpp>
#include <parley/chat/server/failpoint.hpp>
#include <parley/chat/server/publisher.hpp>
#include <parley/chat/server/store_worker.hpp>
#include <parley/chat/setup/topics.hpp>
#include <parley/chat/watch/finding.hpp>
#include <parley/chat/watch/request_tally.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace parley::chat {

struct server_options {
  topic_names topics;
  topic_sizes sizes{};
  std::string name_servers{};                   ///< only for what is logged; the client knows its own
  std::string group{"chat_server_group"};       ///< the producer is this + "_producer", the consumer this + "_consumer"
  milliseconds claim_for{10'000};               ///< how long the outbox's rows are ours to publish before another server may
  /// A group that has no offset yet begins with the requests of so long ago: those that somebody may still wait for.
  milliseconds first_start_looks_back{10'000};
  bool watch{false};  ///< looks at broker and store each second, for health()
};

/// What a server stands on. `broker` and `store` are looked at when the options say so.
struct server_health {
  finding broker;      ///< answers and events would find one
  finding assignment;  ///< takes part in its group: the first allocation of queues is made, which may give it none
  finding store;       ///< can be written
};

/// Counters of one server. A handled request is answered ok, or refused (business), or failed (system).
struct server_stats {
  std::uint64_t received{0}, ok{0}, business{0}, system{0}, duplicates{0};
  std::uint64_t unanswerable{0};  ///< no request, and its id cannot be known: counted and logged
  std::uint64_t republished{0};   ///< rows of the outbox that a crash had left behind
  std::uint64_t redelivered{0};   ///< of the received: the broker had delivered them before
  std::size_t pending{0};         ///< taken and not answered yet
  std::int64_t lag{0};            ///< messages in our queues that are not done
  std::size_t queues{0};
  rocketmq::push_consumer_stats consuming{};
  std::optional<std::int64_t> outbox_rows{};  ///< of the whole store, when it is watched
  publisher_stats publishing{};
  rocketmq::producer_stats sends{};
};

/// Everything runs on the client's thread but the store's work, which has its own. The offset of a request moves last: it is
/// stored with its answer and event in one transaction, both are published and taken out of the outbox, and only then is the
/// consumer told.
class server {
 public:
  /// The client (its context form) and the clock outlive the server. `points` comes from tests.
  server(rocketmq::client& bus, boost::asio::any_io_executor executor, std::unique_ptr<store> where, std::unique_ptr<service> decides,
         server_options options, failpoints& points, logger log);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  /// Stop first.
  ~server();

  /// Waits for a NameServer and a broker as long as it takes, makes missing topics, then consumes. `stopped` when it was given up.
  io::task<result<void>> start();
  /// Ends a start() that still waits; harmless otherwise. stop() is due all the same.
  void give_up_start();
  /// Takes no further requests, finishes and publishes those it has, commits, leaves the groups. What is unpublished at the
  /// deadline stays in the outbox for the next start. Idempotent.
  io::task<result<void>> stop(steady_time deadline);

  [[nodiscard]] server_stats stats() const;
  [[nodiscard]] server_health health() const;
  [[nodiscard]] const request_tally& tally() const noexcept { return tally_; }

 private:
  struct request_work;
  io::task<result<void>> wait_for_topics();
  void take(const rocketmq::received_message& message, rocketmq::push_consumer::verdict_callback verdict);
  void answered(handled what, const std::shared_ptr<request_work>& work);
  void settle(const std::shared_ptr<request_work>& work);
  void mark(std::vector<std::int64_t> ids, store_worker::done then);
  void count(const handled& what);
  void log_handled(const handled& what, const request_work& work) const;
  void publish_alone(std::vector<publication> rows);

  io::task<void> keep_sweeping();
  io::task<void> keep_presence();
  io::task<void> keep_pruning();
  void sweep_once();

  io::task<void> watch_broker();
  io::task<void> watch_store();
  void look_at_store();

  rocketmq::client& bus_;
  boost::asio::any_io_executor executor_;
  server_options options_;
  failpoints& points_;
  logger log_;
  rocketmq::producer producer_;
  std::shared_ptr<publisher> publisher_;
  store_worker worker_;
  std::optional<rocketmq::push_consumer> consumer_;
  io::task_gate gate_;
  io::signal stop_asked_;
  boost::asio::steady_timer flush_timer_;
  bool flush_planned_{false};
  bool start_given_up_{false};
  bool stopping_{false};
  bool sweeping_{false};
  bool prune_again_{false};
  bool looking_at_store_{false};
  finding broker_seen_;
  finding store_seen_;
  server_stats stats_;
  request_tally tally_;
};

}  // namespace parley::chat
