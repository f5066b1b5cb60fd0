// What has to be asked of every NameServer, since they tell each other nothing.
#pragma once

#include "admin/masters.hpp"

namespace parley::rocketmq::administration {

/// Whether one of the client's NameServers has a route of the topic. An error names one that could not be asked, if none has it.
io::task<result<bool>> any_name_server_knows(core_ptr core, std::string topic, steady_time deadline);
/// Takes the topic's route out of each. One that cannot be told does not keep the others from it; the error names it.
io::task<result<void>> forget_topic(core_ptr core, std::string topic, steady_time deadline);

}  // namespace parley::rocketmq::administration
