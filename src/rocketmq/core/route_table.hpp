// The routes that are known, and the broker addresses in them. Pure.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/endpoint.hpp>
#include <parley/rocketmq/admin.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::rocketmq::core {

/// A route and the addresses in it change together, in one call of put(). One thread.
class route_table {
 public:
  using route_ptr = std::shared_ptr<const topic_route>;

  /// Takes the route in. True when it differs from the one before. A route without queues or brokers is not taken (false): it
  /// tells less than the last good one.
  bool put(topic_route route);
  /// The topic's route, or null. The pointee never changes: a new route is a new object.
  [[nodiscard]] route_ptr find(std::string_view topic) const;

  /// The broker's master, or the given id, or with `any_replica` the lowest id there is.
  [[nodiscard]] std::optional<endpoint> address(std::string_view broker_name, std::int64_t broker_id, bool any_replica) const;
  /// Who advertised the address: a broker's name, or nothing.
  [[nodiscard]] std::optional<std::string> broker_at(const endpoint& address) const;
  /// The addresses of all masters, and with `replicas` of all others too. Sorted, each once.
  [[nodiscard]] std::vector<endpoint> addresses(bool replicas) const;
  /// The topics whose routes name the address.
  [[nodiscard]] std::vector<std::string> topics_at(const endpoint& address) const;

  /// Keeps the topic in topics() from now on, whether it has a route or not.
  void watch(const std::string& topic);
  /// Topics to refresh: those that are watched and those that have a route.
  [[nodiscard]] std::vector<std::string> topics() const;

 private:
  struct entry {
    route_ptr route;
    bool watched{false};
  };
  void rebuild_brokers(const topic_route& newest);

  std::map<std::string, entry, std::less<>> routes_;
  std::map<std::string, broker_info, std::less<>> brokers_;
};

[[nodiscard]] bool same_route(const topic_route& left, const topic_route& right);

}  // namespace parley::rocketmq::core
