// Choice of queues.
#include "produce/queue_choice.hpp"

#include <algorithm>

namespace parley::rocketmq::produce {
namespace {

constexpr std::int32_t write_permission = 2;
constexpr std::int32_t inherit_permission = 1;
constexpr std::int32_t most_queues = 65536;  // of one topic on one broker: a route is a peer's word
constexpr milliseconds first_penalty{1000};
constexpr milliseconds most_penalty{30'000};

bool has_master(const topic_route& route, const std::string& broker_name) {
  return std::any_of(route.brokers.begin(), route.brokers.end(),
                     [&](const broker_info& broker) { return broker.name == broker_name && broker.addresses.contains(0); });
}

// FNV-1a: stable over processes and builds, as std::hash is not.
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<std::uint8_t>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace

std::vector<message_queue> writable_queues(const topic_route& route) {
  std::vector<message_queue> out;
  for (const auto& part : route.queues) {
    if ((part.permission & write_permission) == 0 || !has_master(route, part.broker_name)) continue;
    const auto count = std::min(part.write_queues, most_queues);
    for (std::int32_t id = 0; id < count; ++id) out.push_back({.topic = route.topic, .broker_name = part.broker_name, .queue_id = id});
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<message_queue> queues_to_create(const topic_route& auto_create_route, const std::string& topic, std::int32_t queues) {
  std::vector<message_queue> out;
  for (const auto& part : auto_create_route.queues) {
    if ((part.permission & inherit_permission) == 0 || !has_master(auto_create_route, part.broker_name)) continue;
    const auto count = std::min(queues, part.read_queues);
    for (std::int32_t id = 0; id < count; ++id) out.push_back({.topic = topic, .broker_name = part.broker_name, .queue_id = id});
  }
  std::sort(out.begin(), out.end());
  return out;
}

const message_queue& queue_of_key(const std::vector<message_queue>& queues, std::string_view key) {
  return queues[static_cast<std::size_t>(hash_of(key) % queues.size())];
}

bool several_brokers(const std::vector<message_queue>& queues) noexcept {
  // Sorted by broker: the ends differ if any two do.
  return !queues.empty() && queues.front().broker_name != queues.back().broker_name;
}

void broker_health::failed(const std::string& broker_name, steady_time now) {
  auto& entry = penalties_.try_emplace(broker_name, penalty{.until = now, .length = milliseconds{0}}).first->second;
  if (now < entry.until) return;  // sends that fail together count once
  entry.length = entry.length.count() == 0 ? first_penalty : std::min(entry.length * 2, most_penalty);
  entry.until = now + entry.length;
}

void broker_health::succeeded(const std::string& broker_name) {
  if (!penalties_.empty()) penalties_.erase(broker_name);
}

bool broker_health::avoided(const std::string& broker_name, steady_time now) const {
  if (penalties_.empty()) return false;
  const auto at = penalties_.find(broker_name);
  return at != penalties_.end() && now < at->second.until;
}

const message_queue& turn::take(const std::vector<message_queue>& queues, std::string_view not_this, const broker_health& health,
                                steady_time now) {
  const auto count = queues.size();
  const auto start = next_++ % count;
  const message_queue* second_best = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& candidate = queues[(start + i) % count];
    if (candidate.broker_name == not_this) continue;
    if (!health.avoided(candidate.broker_name, now)) {
      next_ = start + i + 1;
      return candidate;
    }
    if (second_best == nullptr) second_best = &candidate;
  }
  return second_best != nullptr ? *second_best : queues[start];
}

}  // namespace parley::rocketmq::produce
