// What the groups of one client put together into a heartbeat.
#pragma once

#include <parley/remoting/codec/bodies/heartbeat.hpp>

#include <vector>

namespace parley::rocketmq::core {

/// Filled by group_member::describe().
struct heartbeat_entries {
  std::vector<remoting::consumer_data> consumers;
};

}  // namespace parley::rocketmq::core
