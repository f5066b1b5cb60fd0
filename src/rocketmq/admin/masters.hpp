// What administration asks of brokers has to be asked of all masters: finding them, and asking one so that its name is in the error.
#pragma once

#include "core/client_core.hpp"

#include <string>
#include <vector>

namespace parley::rocketmq::administration {

using core_ptr = std::shared_ptr<core::client_core>;

inline constexpr const char* all_clusters = "";

struct master {
  std::string name;
  endpoint address;
};

/// The masters among these brokers.
[[nodiscard]] std::vector<master> masters_of(const std::vector<broker_info>& brokers, const std::string& cluster = all_clusters);

/// As the NameServer lists them now.
io::task<result<std::vector<broker_info>>> find_brokers(core_ptr core, steady_time deadline);
/// Of one cluster or of `all_clusters`; `unavailable` where there is none.
io::task<result<std::vector<master>>> find_masters(core_ptr core, std::string cluster, steady_time deadline);
/// Of the topic's route, asked for now; `unavailable` where no part of it has a master.
io::task<result<std::vector<master>>> find_masters_of_topic(core_ptr core, std::string topic, steady_time deadline);

/// One master's answer, whatever its code. An error says what was wanted and names the broker.
io::task<result<remoting::command>> ask(core_ptr core, master broker, remoting::command request, std::string what,
                                        steady_time deadline);
/// A code that is not success, as an error that names the broker.
[[nodiscard]] error refusal(const master& broker, const std::string& what, const remoting::command& answer);
/// An error of reading a broker's answer.
[[nodiscard]] error unreadable(const master& broker, const std::string& what, error why);

/// The same request to each in turn; the first failure ends it and names the broker.
io::task<result<void>> tell_all(core_ptr core, std::vector<master> masters, remoting::command request, std::string what,
                                steady_time deadline);

}  // namespace parley::rocketmq::administration
