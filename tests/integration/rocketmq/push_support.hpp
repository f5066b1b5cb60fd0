// What the tests of push consumers share: a topic, sent messages, and a record of what was handled.
#pragma once

#include "integration/rocketmq/broker.hpp"

#include <parley/rocketmq/push_consumer.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace parley::integration {

/// Remembers deliveries. Thread-safe.
class record {
 public:
  void add(const rocketmq::received_message& message) {
    const std::lock_guard lock(mutex_);
    all_.push_back(message);
  }
  [[nodiscard]] std::vector<rocketmq::received_message> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return all_.size();
  }
  /// Sorted.
  [[nodiscard]] std::vector<std::string> bodies() const {
    std::vector<std::string> out;
    for (const auto& one : all()) out.push_back(one.body);
    std::sort(out.begin(), out.end());
    return out;
  }
  [[nodiscard]] std::set<std::string> distinct() const {
    const auto every = bodies();
    return {every.begin(), every.end()};
  }
  /// Bodies by queue, in order of arrival.
  [[nodiscard]] std::map<rocketmq::message_queue, std::vector<std::string>> by_queue() const {
    std::map<rocketmq::message_queue, std::vector<std::string>> out;
    for (const auto& one : all()) out[one.queue].push_back(one.body);
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<rocketmq::received_message> all_;
};

inline std::vector<std::string> numbered(std::size_t count, const std::string& prefix = "m") {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(prefix + std::to_string(i));
  std::sort(out.begin(), out.end());
  return out;
}

/// Sends m0 … to the topic's queues in turn; every one is stored or the test ends at this call.
inline void send_numbered(rocketmq::client& through, const std::string& topic, std::size_t count, const std::string& prefix = "m",
                          const std::string& tag = {}) {
  rocketmq::producer from(through, sender_options());
  for (std::size_t i = 0; i < count; ++i) {
    rocketmq::message one{.topic = topic, .body = prefix + std::to_string(i)};
    one.tag = tag;
    const auto outcome = from.send(std::move(one));
    if (!outcome.stored()) throw std::runtime_error("a message was not stored: " + outcome.cause.message);
  }
}

inline rocketmq::push_consumer_options push_options(const std::string& group, const std::string& topic,
                                                    const std::string& tags = "*") {
  rocketmq::push_consumer_options out;
  out.group = group;
  out.subscriptions[topic] = rocketmq::filter{tags};
  out.start = rocketmq::start_from::earliest;
  return out;
}

/// Every queue of the topic has one loop whose first offset is known.
inline bool reads(const rocketmq::push_consumer& consumer, const std::string& topic, std::size_t queues) {
  const auto all = consumer.progress();
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&topic](const auto& one) {
           return one.queue.topic == topic && one.next_offset >= 0;
         })) == queues;
}

inline std::set<rocketmq::message_queue> queues_of(const rocketmq::push_consumer& consumer, const std::string& topic) {
  std::set<rocketmq::message_queue> out;
  for (const auto& one : consumer.progress()) {
    if (one.queue.topic == topic) out.insert(one.queue);
  }
  return out;
}

}  // namespace parley::integration
