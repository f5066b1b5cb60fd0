// The chat client: asks requests and waits for their answers, and hands on events in order.
#pragma once

#include <parley/base/log.hpp>
#include <parley/base/random.hpp>
#include <parley/chat/client/event_order.hpp>
#include <parley/chat/client/pending.hpp>
#include <parley/chat/contract/event.hpp>
#include <parley/chat/contract/names.hpp>
#include <parley/chat/contract/request.hpp>
#include <parley/chat/contract/response.hpp>
#include <parley/chat/setup/topics.hpp>
#include <parley/chat/watch/finding.hpp>
#include <parley/chat/watch/request_tally.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::chat {

struct client_options {
  topic_names topics;
  std::string name_servers{};               ///< only for what is said; the bus knows its own
  std::string group{"chat_client_group"};   ///< the producer is this + "_producer"; pulls name this + "_consumer"
  std::string user_id{"user_001"};
  milliseconds deadline{10'000};            ///< of a request, when it names none
  bool answers{true};                       ///< reads answers: without it only events
  bool events{false};                       ///< reads events
  std::vector<std::string> event_types{};   ///< only these; empty = all
  bool presence{false};                     ///< is seen as online from start() to stop()
  event_order_limits order{};
  bool watch{false};                        ///< asks each second whether a broker answers, for health()
};

/// What a client stands on. `broker` is looked at when the options say so.
struct client_health {
  finding connected;  ///< start() has come to its end, stop() has not begun
  finding broker;     ///< a request would find one
  finding reading;    ///< no queue is in trouble
};

/// How one request differs from the usual.
struct request_options {
  std::string request_id{};                 ///< empty = a new one. The same one again never stores a message twice
  std::optional<milliseconds> deadline{};
  std::string trace_id{};  ///< goes through the server's logs, the answer and the event; empty = a new one
};

/// Counters of one client.
struct client_stats {
  std::uint64_t asked{0}, answered{0}, timed_out{0}, resent{0};
  std::uint64_t late_answers{0};     ///< dropped: their requests were over
  std::uint64_t foreign_answers{0};  ///< dropped: other clients'
  std::uint64_t unreadable{0};       ///< bodies that are no response or no event
  std::uint64_t events{0};           ///< handed on
  std::size_t pending{0};            ///< requests that wait
  rocketmq::producer_stats sends{};
  rocketmq::pull_consumer_stats reading{};
  event_order_stats order{};
};

/// Used on the bus's thread only. Any number of clients share a group name: nothing here joins a group or commits an offset.
///
///     client c(bus, executor, {.topics = names, .user_id = "ann"}, log);
///     auto started = co_await c.start(deadline);
///     boost::json::object data{{"room_id", "room_001"}, {"message", "hello"}};
///     auto answer = co_await c.request("send_message", std::move(data));
class client {
 public:
  using event_handler = std::function<void(const event&)>;

  /// The bus (its context form) outlives the client.
  client(rocketmq::client& bus, boost::asio::any_io_executor executor, client_options options, logger log);
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  /// Stop first.
  ~client();

  /// What to do with events of a type; "" takes those that have no handler of their own. Register before start(). Must not block.
  void on_event(std::string type, event_handler handler);
  /// Seqs of a room that could not be had: they are missing in what the handlers see.
  void on_gap(std::function<void(const event_gap&)> handler);
  /// Told `false` when the first queue of answers or events cannot be read any more, and `true` when all can be again.
  void on_reach(std::function<void(bool reached)> handler);

  /// Makes missing topics where it may and fixes where reading begins: what is published after this is seen. Waits for
  /// NameServer and broker until the deadline.
  io::task<result<void>> start(steady_time deadline);
  /// An id that no other request has: for callers who may have to repeat a request, and must then name it.
  [[nodiscard]] std::string new_request_id();
  [[nodiscard]] std::string new_trace_id();
  /// The answer, or an error: `timed_out` when there was none by the deadline (the request may have been carried out),
  /// the broker's or the network's when it provably was not sent, `stopped` when stop() came first, `invalid_argument` and `too_large` for what the contract refuses.
  io::task<result<response>> request(std::string action, boost::json::object data, request_options options = {});
  /// Ends start() and the requests that wait, with `stopped`. stop() is due all the same.
  void give_up();
  /// Says goodbye (presence), stops reading, sends what is under way. Idempotent.
  io::task<result<void>> stop(steady_time deadline);

  /// The room's events up to this seq have been shown already: what comes begins after it.
  void start_room_after(const std::string& room_id, std::int64_t seq);

  [[nodiscard]] const std::string& user_id() const noexcept { return options_.user_id; }
  [[nodiscard]] client_stats stats() const;
  [[nodiscard]] client_health health() const;
  [[nodiscard]] const request_tally& tally() const noexcept { return tally_; }

 private:
  using asked_request = chat::request;
  io::task<result<void>> subscribe(steady_time deadline);
  io::task<result<void>> make_topics(steady_time deadline);
  struct exchange;
  void log_end(const asked_request& asked, request_end end, steady_time::duration took) const;
  /// Counts a request that ended before it began.
  error refused_here(const asked_request& asked, error why);
  io::task<void> send_until_answered(std::shared_ptr<exchange> state, rocketmq::message message, steady_time deadline);
  void send_once(const std::shared_ptr<exchange>& state, const rocketmq::message& message, steady_time deadline);
  /// False when trying again cannot help.
  bool take_outcome(exchange& state);
  void arrived(rocketmq::received_message message);
  void response_arrived(const rocketmq::received_message& message);
  void event_arrived(const rocketmq::received_message& message);
  void hand_on(const std::vector<event>& ready);
  [[nodiscard]] bool wanted(const event& what) const;
  void trouble(const rocketmq::message_queue& queue, const error& cause);
  io::task<void> make_group();

  io::task<void> watch_broker();
  io::task<void> keep_order();
  io::task<void> fill_gap(event_gap gap);
  io::task<void> keep_presence();
  io::task<result<response>> say_presence(std::string state, milliseconds patience);

  rocketmq::client& bus_;
  boost::asio::any_io_executor executor_;
  client_options options_;
  logger log_;
  random_source random_;
  std::string token_;  // ours alone: reply_to, and part of every request id
  rocketmq::producer producer_;
  std::optional<rocketmq::pull_consumer> reader_;
  pending_requests pending_;
  event_order order_;
  std::map<std::string, event_handler, std::less<>> handlers_;
  std::function<void(const event_gap&)> gap_handler_;
  std::function<void(bool)> reach_handler_;
  io::task_gate gate_;
  io::signal changed_;
  std::uint64_t last_request_{0};
  bool given_up_{false};
  bool stopping_{false};
  bool group_asked_{false};
  bool started_{false};
  finding broker_seen_;
  std::map<rocketmq::message_queue, std::string> in_trouble_;
  client_stats stats_;
  request_tally tally_;
};

}  // namespace parley::chat
