// Which queues this member has: kept in step with routes and the group's other members.
#pragma once

#include "consume/assigned_queue.hpp"
#include "consume/member_context.hpp"
#include "consume/queue_lock.hpp"
#include "consume/queue_reader.hpp"
#include "consume/rebalance.hpp"

#include <parley/io/signal.hpp>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace parley::rocketmq::consume {

/// Own thread of the core, but for progress(). A queue is in at most one of two tables: `current` (its loop reads) or `ending`
/// (its loop was told to end). It gets a new loop only when it is in neither.
class assignment {
 public:
  assignment(member_context& context, queue_reader& reader, queue_lock& locks)
      : context_(context), reader_(reader), locks_(locks), wanted_(context.core->executor()), ended_(context.core->executor()) {}

  /// Rebalances every 20 s, every second while something is missing, and when soon() is called; until the consumer stops.
  io::task<void> keep_balanced();
  /// Orderly groups: renews the locks; until the gate stops, for a stop too may wait long for a handler.
  io::task<void> keep_locked();
  void soon();
  /// The retry topic is needed now: it is looked for until it is there.
  void want_retry_topic();

  /// A current queue is to begin anew in a later generation.
  void restart(const queue_ptr& queue);
  [[nodiscard]] std::vector<queue_ptr> current() const;
  /// Tells all loops to end; nothing is assigned any more.
  void close_all();
  /// Waits for the loops to end.
  io::task<bool> all_ended(steady_time deadline);

  /// Any thread.
  [[nodiscard]] std::vector<std::shared_ptr<const queue_gauges>> gauges() const;

 private:
  struct topic_view {
    bool seen{false};                    ///< the NameServer has said what there is
    std::set<message_queue> at_first{};  ///< the queues that it named first
    bool missing_logged{false};
  };
  enum class balance : std::uint8_t { settled, unsettled };

  io::task<balance> rebalance_all();
  io::task<balance> rebalance_topic(std::string topic);
  io::task<std::optional<std::vector<std::string>>> members_for(topic_route route);
  io::task<result<topic_route>> find_route(std::string topic);
  [[nodiscard]] balance route_missing(const std::string& topic, const error& why);
  [[nodiscard]] balance apply(const topic_route& route, const std::vector<message_queue>& all, std::vector<message_queue> mine);
  [[nodiscard]] std::vector<message_queue> keep_unreachable(const std::string& topic, const topic_route& route);
  bool add(const message_queue& queue);
  void remove(const message_queue& queue);
  void drop_stalled();
  void note_duplicates(const std::vector<std::string>& members);
  io::task<void> announce();
  io::task<void> run(queue_ptr queue);
  void publish_gauges();

  member_context& context_;
  queue_reader& reader_;
  queue_lock& locks_;
  io::signal wanted_;
  io::signal ended_;
  bool soon_{false};
  bool closed_{false};
  bool unsettled_before_{false};
  bool changed_{false};
  bool announcing_{false};
  bool retry_wanted_{false};
  bool duplicate_before_{false};
  std::uint64_t generation_{0};
  std::map<message_queue, queue_ptr> current_;
  std::map<message_queue, queue_ptr> ending_;
  std::map<std::string, topic_view, std::less<>> topics_;
  std::map<std::string, steady_time, std::less<>> missing_brokers_;
  mutable std::mutex gauges_mutex_;
  std::vector<std::shared_ptr<const queue_gauges>> gauges_;
};

/// The queues of a route that can be read: permission 4, a broker that is known. Pure.
[[nodiscard]] std::vector<message_queue> readable_queues(const topic_route& route);

}  // namespace parley::rocketmq::consume
