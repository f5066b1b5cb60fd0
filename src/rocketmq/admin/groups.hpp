// Consumer groups: made, listed, removed.
#pragma once

#include "admin/masters.hpp"

#include <set>

namespace parley::rocketmq::administration {

/// The groups that this master knows, RocketMQ's own included.
io::task<result<std::set<std::string, std::less<>>>> groups_of(core_ptr core, master broker, steady_time deadline);
/// `not_found` where none of the masters knows the group. Asking for its settings would be simpler, but a broker that creates
/// groups by itself makes it then.
io::task<result<void>> check_group_exists(core_ptr core, std::string group, std::vector<master> masters, steady_time deadline);

// See the members of `admin` that have these names.
io::task<result<void>> create_group(core_ptr core, group_settings settings, bool only_if_missing, steady_time deadline);
io::task<result<std::vector<std::string>>> groups(core_ptr core, steady_time deadline);
io::task<result<void>> delete_group(core_ptr core, std::string group, bool offsets_too, steady_time deadline);

}  // namespace parley::rocketmq::administration
