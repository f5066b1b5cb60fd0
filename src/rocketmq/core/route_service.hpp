// Keeps the route table fresh: asks once for many, periodically, and at once when a broker is gone.
#pragma once

#include "core/core_context.hpp"
#include "core/name_server_client.hpp"
#include "core/route_table.hpp"

#include <parley/io/signal.hpp>

#include <functional>
#include <memory>
#include <set>

namespace parley::rocketmq::core {

/// One thread. The context must outlive it.
class route_service {
 public:
  using listener = std::function<void(const std::string& topic)>;

  route_service(core_context& context, name_server_client& servers);

  /// See client_core::route and fresh_route.
  io::task<result<topic_route>> route(std::string topic, steady_time deadline);
  io::task<result<topic_route>> fresh(std::string topic, steady_time deadline);

  [[nodiscard]] const route_table& table() const noexcept { return table_; }
  void watch(const std::string& topic) { table_.watch(topic); }
  /// Called after a topic's route has changed, while the owner lives.
  void on_change(std::weak_ptr<void> owner, listener told);
  /// A broker at this address could not be reached: the routes that name it are asked for again, soon, once a second at most.
  void address_failed(const endpoint& address);
  /// Says in the error of a call that never reached its broker who named this address, and what can be done; address_failed where a
  /// route names it. `broker` is who is meant where no route does; empty = not known, and nothing is said then.
  void explain(const endpoint& address, std::string broker, remoting::call_outcome& outcome);
  /// The periodic refresh; ends with the gate.
  io::task<void> refresh_forever();

 private:
  // One question to the NameServer that any number of callers wait for.
  struct flight {
    explicit flight(boost::asio::any_io_executor executor) : landed(std::move(executor)) {}
    io::signal landed;
    bool done{false};
    steady_time at{};  // when it landed
    std::optional<error> failure{};
  };
  using flight_ptr = std::shared_ptr<flight>;

  io::task<result<topic_route>> ask(std::string topic, steady_time deadline);
  io::task<result<topic_route>> ask_until(std::string topic, steady_time deadline);
  flight_ptr join(const std::string& topic);
  io::task<void> fly(std::string topic, flight_ptr own);
  io::task<result<topic_route>> fetch(std::string topic);
  io::task<void> refresh_failing();
  void take(topic_route fetched);

  core_context& context_;
  name_server_client& servers_;
  route_table table_;
  std::map<std::string, flight_ptr, std::less<>> flights_;
  std::vector<std::pair<std::weak_ptr<void>, listener>> listeners_;
  std::set<std::string> failing_;
  bool refreshing_failing_{false};
};

}  // namespace parley::rocketmq::core
