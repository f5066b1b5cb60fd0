// The table of routes.
#include "core/route_table.hpp"

#include <algorithm>
#include <set>

namespace parley::rocketmq::core {
namespace {

auto identity(const broker_info& broker) { return std::tie(broker.cluster, broker.name, broker.addresses); }
auto identity(const topic_queues& part) { return std::tie(part.broker_name, part.read_queues, part.write_queues, part.permission); }

template <class T>
bool same_parts(const std::vector<T>& left, const std::vector<T>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const T& a, const T& b) { return identity(a) == identity(b); });
}

// The NameServer gives the parts in any order: sorted, equal routes are equal.
void sort_parts(topic_route& route) {
  std::sort(route.brokers.begin(), route.brokers.end(), [](const auto& a, const auto& b) { return identity(a) < identity(b); });
  std::sort(route.queues.begin(), route.queues.end(), [](const auto& a, const auto& b) { return identity(a) < identity(b); });
}

}  // namespace

bool same_route(const topic_route& left, const topic_route& right) {
  return left.topic == right.topic && same_parts(left.brokers, right.brokers) && same_parts(left.queues, right.queues);
}

bool route_table::put(topic_route route) {
  if (route.queues.empty() || route.brokers.empty()) return false;
  sort_parts(route);
  auto& held = routes_[route.topic];
  const bool changed = held.route == nullptr || !same_route(*held.route, route);
  if (changed) held.route = std::make_shared<const topic_route>(std::move(route));
  // Also when this route is as it was: another may have brought an older address of the same broker since.
  rebuild_brokers(*held.route);
  return changed;
}

void route_table::rebuild_brokers(const topic_route& newest) {
  std::set<std::string_view> named;
  for (const auto& [topic, held] : routes_) {
    if (held.route == nullptr) continue;
    for (const auto& broker : held.route->brokers) {
      named.insert(broker.name);
      brokers_.try_emplace(broker.name, broker);
    }
  }
  for (const auto& broker : newest.brokers) brokers_[broker.name] = broker;
  std::erase_if(brokers_, [&](const auto& item) { return !named.contains(item.first); });
}

route_table::route_ptr route_table::find(std::string_view topic) const {
  const auto at = routes_.find(topic);
  return at == routes_.end() ? nullptr : at->second.route;
}

std::optional<endpoint> route_table::address(std::string_view broker_name, std::int64_t broker_id, bool any_replica) const {
  const auto at = brokers_.find(broker_name);
  if (at == brokers_.end()) return std::nullopt;
  const auto& addresses = at->second.addresses;
  if (const auto exact = addresses.find(broker_id); exact != addresses.end()) return exact->second;
  if (any_replica && !addresses.empty()) return addresses.begin()->second;
  return std::nullopt;
}

std::optional<std::string> route_table::broker_at(const endpoint& address) const {
  for (const auto& [name, broker] : brokers_) {
    for (const auto& [id, known] : broker.addresses) {
      if (known == address) return name;
    }
  }
  return std::nullopt;
}

std::vector<endpoint> route_table::addresses(bool replicas) const {
  std::set<endpoint> out;
  for (const auto& [name, broker] : brokers_) {
    for (const auto& [id, address] : broker.addresses) {
      if (replicas || id == 0) out.insert(address);
    }
  }
  return {out.begin(), out.end()};
}

std::vector<std::string> route_table::topics_at(const endpoint& address) const {
  std::vector<std::string> out;
  for (const auto& [topic, held] : routes_) {
    if (held.route == nullptr) continue;
    const bool names_it = std::any_of(held.route->brokers.begin(), held.route->brokers.end(), [&](const broker_info& broker) {
      return std::any_of(broker.addresses.begin(), broker.addresses.end(), [&](const auto& item) { return item.second == address; });
    });
    if (names_it) out.push_back(topic);
  }
  return out;
}

void route_table::watch(const std::string& topic) { routes_[topic].watched = true; }

std::vector<std::string> route_table::topics() const {
  std::vector<std::string> out;
  for (const auto& [topic, held] : routes_) {
    if (held.watched || held.route != nullptr) out.push_back(topic);
  }
  return out;
}

}  // namespace parley::rocketmq::core
