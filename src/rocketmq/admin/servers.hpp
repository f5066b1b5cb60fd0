// What one server says of itself.
#pragma once

#include "admin/masters.hpp"

#include <functional>
#include <map>

namespace parley::rocketmq::administration {

using settings_by_name = std::map<std::string, std::string, std::less<>>;

// See the members of `admin` that have these names.
io::task<result<name_server_view>> ask_name_server(core_ptr core, endpoint address, steady_time deadline);
io::task<result<broker_status>> ask_broker(core_ptr core, endpoint address, steady_time deadline);
io::task<result<settings_by_name>> broker_settings(core_ptr core, endpoint address, steady_time deadline);

}  // namespace parley::rocketmq::administration
