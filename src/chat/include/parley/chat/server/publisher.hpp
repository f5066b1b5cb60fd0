// Sends publications until a broker has them: answers beside each other, the events of one room one after the other.
#pragma once

#include <parley/base/log.hpp>
#include <parley/base/random.hpp>
#include <parley/chat/contract/names.hpp>
#include <parley/chat/server/failpoint.hpp>
#include <parley/chat/server/lanes.hpp>
#include <parley/chat/store/store.hpp>
#include <parley/io/backoff.hpp>
#include <parley/rocketmq/producer.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace parley::chat {

/// The message that carries a publication.
[[nodiscard]] rocketmq::message message_of(const publication& what, const topic_names& topics);

/// Counters of one publisher.
struct publisher_stats {
  std::uint64_t published{0};  ///< a broker said that it holds it
  std::uint64_t repeated{0};   ///< further attempts, after the producer's own
  std::uint64_t refused{0};    ///< dropped: no broker will ever take it
};

/// On the client's thread only. Held by shared_ptr: sends under way outlive stop().
class publisher : public std::enable_shared_from_this<publisher> {
 public:
  /// How a publication ended: `settled` when a broker has it or none ever will, not when stop() came first.
  using ended = std::function<void(bool settled)>;

  publisher(boost::asio::any_io_executor executor, rocketmq::producer& through, topic_names topics, failpoints& points, logger log);
  publisher(const publisher&) = delete;
  publisher& operator=(const publisher&) = delete;
  ~publisher();

  /// Tries again with growing delays until it is settled or stop() is called. `on_end` is called once, perhaps inside this call,
  /// and not at all for one that is held already (an outbox row that a sweep finds again).
  void publish(publication what, ended on_end);
  /// Whether this row of the outbox is under way here.
  [[nodiscard]] bool holds(std::int64_t outbox_id) const { return ids_.contains(outbox_id); }
  [[nodiscard]] std::size_t under_way() const noexcept { return jobs_.size(); }
  [[nodiscard]] const publisher_stats& stats() const noexcept { return stats_; }
  /// Tries nothing again from now on; what waits for its turn or its next attempt ends unsettled.
  void stop();

 private:
  struct job;
  void send(lanes::ticket number);
  void sent(lanes::ticket number, const rocketmq::send_outcome& outcome);
  void log_published(const publication& what, const rocketmq::send_outcome& outcome) const;
  void again_later(lanes::ticket number, const error& cause);
  void end(lanes::ticket number, bool settled);

  boost::asio::any_io_executor executor_;
  rocketmq::producer& through_;
  topic_names topics_;
  failpoints& points_;
  logger log_;
  random_source random_;
  lanes lanes_;
  std::unordered_map<lanes::ticket, std::unique_ptr<job>> jobs_;
  std::unordered_set<std::int64_t> ids_;
  lanes::ticket last_number_{0};
  bool stopping_{false};
  publisher_stats stats_;
};

}  // namespace parley::chat
