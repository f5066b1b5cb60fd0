// The client's groups: announced to every broker, announced again when a connection is made anew, and taken back at the end.
#pragma once

#include "core/client_core.hpp"
#include "core/core_context.hpp"
#include "core/route_service.hpp"

#include <parley/io/signal.hpp>
#include <parley/remoting/codec/requests/group.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace parley::rocketmq::core {

/// One thread. The context and the routes must outlive it.
class membership {
 public:
  membership(core_context& context, route_service& routes);

  void add_producer(const std::string& group);
  io::task<void> remove_producer(std::string group, steady_time deadline);
  void add_member(std::shared_ptr<group_member> member);
  io::task<void> remove_member(std::string group, steady_time deadline);
  [[nodiscard]] std::vector<std::shared_ptr<group_member>> members() const;

  /// See client_core.
  io::task<void> beat_all();
  io::task<result<void>> ensure_registered(endpoint broker, steady_time deadline);
  io::task<void> beat_forever();
  /// A heartbeat over just this connection, as liveness asks one that is silent. Like every other it is known of until it is
  /// answered.
  io::task<remoting::call_outcome> beat_over(endpoint broker, std::shared_ptr<remoting::connection> which, steady_time deadline);
  /// Takes back whatever group is left.
  io::task<void> remove_all(steady_time deadline);

  /// The connection to this address is gone, and with it the broker's memory of us: it is told again as soon as it answers.
  void connection_lost(const endpoint& address);
  std::optional<remoting::command> on_request(const remoting::command& request, const group_member::answer_later& later = {});

 private:
  [[nodiscard]] bool has_groups() const noexcept { return !producers_.empty() || !members_.empty(); }
  [[nodiscard]] bool is_registered(const endpoint& broker) const;
  /// A heartbeat as it would be sent now.
  result<remoting::command> make_heartbeat() const;
  void beat_ended(const endpoint& broker);
  void changed();
  void beat_soon();
  io::task<void> beat_into(endpoint broker, std::shared_ptr<io::signal> done, std::shared_ptr<std::size_t> left);
  io::task<result<void>> beat_one(endpoint broker, steady_time deadline);
  struct beat_slot;
  io::task<void> beat_for(std::shared_ptr<beat_slot> slot, endpoint broker, steady_time deadline);
  io::task<void> register_again(endpoint broker);
  io::task<void> unregister(std::optional<std::string> producer, std::optional<std::string> consumer, steady_time deadline);
  io::task<void> unregister_at(endpoint broker, remoting::unregister_request farewell, steady_time deadline,
                               std::shared_ptr<io::signal> done, std::shared_ptr<std::size_t> left);
  /// Its group was announced anew since it left.
  [[nodiscard]] bool is_there_again(const remoting::unregister_request& farewell) const;
  void route_changed(const std::string& topic);
  [[nodiscard]] group_member* member_of(std::string_view group) const;

  core_context& context_;
  route_service& routes_;
  std::map<std::string, std::size_t, std::less<>> producers_;  // how many producers name the group
  std::map<std::string, std::shared_ptr<group_member>, std::less<>> members_;
  std::uint64_t version_{1};                      // of the set of groups
  std::map<endpoint, std::uint64_t> registered_;  // the version that the broker has had on its present connection
  std::map<endpoint, std::size_t> beating_;       // heartbeats under way
  std::set<endpoint> registering_again_;
  io::signal beaten_;
  bool beat_pending_{false};
  std::shared_ptr<void> alive_{std::make_shared<int>(0)};
};

}  // namespace parley::rocketmq::core
