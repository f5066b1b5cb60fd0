// Topics: made, listed, measured, removed.
#pragma once

#include "admin/masters.hpp"

namespace parley::rocketmq::administration {

// See the members of `admin` that have these names.
io::task<result<void>> create_topic(core_ptr core, topic_settings settings, bool only_if_missing, steady_time deadline);
io::task<result<topic_route>> route(core_ptr core, std::string topic, steady_time deadline);
io::task<result<std::vector<std::string>>> topics(core_ptr core, steady_time deadline);
io::task<result<void>> delete_topic(core_ptr core, std::string topic, steady_time deadline);
io::task<result<std::vector<queue_status>>> topic_status(core_ptr core, std::string topic, steady_time deadline);

}  // namespace parley::rocketmq::administration
