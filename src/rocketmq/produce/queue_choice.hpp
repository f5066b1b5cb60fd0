// Which queue a send goes to: pure, over a route and what is known of its brokers.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/message.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::rocketmq::produce {

/// The queues of a route that can be written: permission 2, a master known. Sorted, so that every client counts alike.
[[nodiscard]] std::vector<message_queue> writable_queues(const topic_route& route);
/// For a topic that brokers will create on first use: at most `queues` on each broker that offers that.
[[nodiscard]] std::vector<message_queue> queues_to_create(const topic_route& auto_create_route, const std::string& topic, std::int32_t queues);
/// The same queue for equal keys while the queues are the same. `queues` must not be empty.
[[nodiscard]] const message_queue& queue_of_key(const std::vector<message_queue>& queues, std::string_view key);
/// True when the queues lie on more than one broker.
[[nodiscard]] bool several_brokers(const std::vector<message_queue>& queues) noexcept;

/// Brokers that failed a moment ago are passed over while another is there: 1 s at first, doubling to 30 s, forgotten at the
/// first success. One thread.
class broker_health {
 public:
  void failed(const std::string& broker_name, steady_time now);
  void succeeded(const std::string& broker_name);
  [[nodiscard]] bool avoided(const std::string& broker_name, steady_time now) const;

 private:
  struct penalty {
    steady_time until;
    milliseconds length;
  };
  std::map<std::string, penalty, std::less<>> penalties_;
};

/// Takes queues in turn. One thread, one topic.
class turn {
 public:
  explicit turn(std::uint64_t start) noexcept : next_(start) {}

  /// The next queue, if possible not of `not_this` (empty = any) and not of a broker in trouble. `queues` must not be empty.
  const message_queue& take(const std::vector<message_queue>& queues, std::string_view not_this, const broker_health& health, steady_time now);

 private:
  std::uint64_t next_;
};

}  // namespace parley::rocketmq::produce
