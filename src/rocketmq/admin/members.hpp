// The members of a group: who is connected, and what one of them says.
#pragma once

#include "admin/masters.hpp"

#include <parley/remoting/codec/bodies/connections.hpp>

namespace parley::rocketmq::administration {

/// What several masters say of one group, as one. A program is connected to each master once: of a client id there are as many as
/// the master that has most of them says. Of two subscriptions to a topic the newer one counts. Pure.
[[nodiscard]] group_connections merge(const std::vector<remoting::consumer_connections>& from);

// See the members of `admin` that have these names.
io::task<result<group_connections>> connections(core_ptr core, std::string group, steady_time deadline);
io::task<result<member_state>> member(core_ptr core, std::string group, std::string client_id, steady_time deadline);

}  // namespace parley::rocketmq::administration
