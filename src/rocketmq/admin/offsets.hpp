// How far a group is, and where it is to go on.
#pragma once

#include "admin/masters.hpp"

namespace parley::rocketmq::administration {

// See the members of `admin` that have these names.
io::task<result<group_progress>> progress(core_ptr core, std::string group, std::string topic, steady_time deadline);
io::task<result<std::vector<queue_position>>> reset_offsets(core_ptr core, std::string group, std::string topic,
                                                            std::int64_t to_ms, steady_time deadline);

}  // namespace parley::rocketmq::administration
