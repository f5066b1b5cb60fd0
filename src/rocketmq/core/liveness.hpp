// Finds connections whose other end is gone without having said so.
#pragma once

#include "core/core_context.hpp"
#include "core/membership.hpp"
#include "core/name_server_client.hpp"
#include "core/route_service.hpp"

#include <map>

namespace parley::rocketmq::core {

/// A held pull may stay unanswered for 20 s by right, so silence alone says nothing. Every 3 s each broker connection that
/// owes us answers and has been silent since the last look is asked something cheap (a heartbeat, as it changes nothing);
/// if that is not answered within 5 s either, the connection is closed: a half-open one is found within 11 s. A connection
/// to a NameServer, which holds nothing, is closed when a call timed out and nothing came in meanwhile.
class liveness {
 public:
  liveness(core_context& context, route_service& routes, membership& groups, name_server_client& servers);

  io::task<void> watch_forever();

 private:
  struct look {
    std::weak_ptr<remoting::connection> which;
    std::uint64_t bytes_in{0};
    std::uint64_t timed_out{0};
    bool probing{false};
  };
  void look_at_brokers();
  void look_at_name_servers();
  look& seen(const endpoint& address, const std::shared_ptr<remoting::connection>& which);
  io::task<void> probe(endpoint address, std::shared_ptr<remoting::connection> which);
  static void remember(look& last, const remoting::connection_probe& now);

  core_context& context_;
  route_service& routes_;
  membership& groups_;
  name_server_client& servers_;
  std::map<endpoint, look> looks_;
};

}  // namespace parley::rocketmq::core
