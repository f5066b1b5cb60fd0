// What every look at the cluster needs, and looking at several things at once.
#pragma once

#include "doctor/facts.hpp"

#include <parley/base/clock.hpp>
#include <parley/io/task.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/client.hpp>

#include <vector>

namespace parley::cli::doctor {

/// Outlives every coroutine that it is lent to.
struct looking {
  rocketmq::client& bus;
  rocketmq::admin admin;
  rocketmq::client_options options;  ///< with which the bus was made
  io::task_gate& gate;               ///< ends all looks when the program is to stop
  milliseconds each;                 ///< what one question may take
  steady_time end;                   ///< what all of them may

  [[nodiscard]] steady_time deadline() const;
  /// The same as a duration, never zero.
  [[nodiscard]] milliseconds patience() const;
  [[nodiscard]] bool over() const;
};

/// Runs them side by side in the gate and returns when the last has ended.
[[nodiscard]] io::task<void> together(io::task_gate& gate, std::vector<io::task<void>> all);

// Each fills in its part of the facts.
[[nodiscard]] io::task<void> look_at_name_servers(looking& with, facts& into);
[[nodiscard]] io::task<void> look_at_brokers(looking& with, facts& into);
[[nodiscard]] io::task<void> look_at_routes(looking& with, facts& into);
[[nodiscard]] io::task<void> look_at_group(looking& with, facts& into);
[[nodiscard]] io::task<void> send_probes(looking& with, facts& into);
/// After routes and group: the group reads, where there is one.
[[nodiscard]] io::task<void> try_topics(looking& with, facts& into);
[[nodiscard]] io::task<void> look_at_server(looking& with, facts& into);

/// All of it, in order; independent things at once.
[[nodiscard]] io::task<void> look_at_everything(looking& with, facts& into);

}  // namespace parley::cli::doctor
