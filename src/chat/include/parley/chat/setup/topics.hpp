// Sees to it that an installation's topics exist.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>
#include <parley/chat/contract/names.hpp>
#include <parley/io/task.hpp>
#include <parley/rocketmq/client.hpp>

#include <cstdint>
#include <string>

namespace parley::chat {

/// How many queues the topics get that are made. Existing ones are left as they are.
struct topic_sizes {
  std::int32_t requests{8};   ///< bounds how many servers share the work
  std::int32_t responses{4};  ///< each client holds one pull a queue
  std::int32_t events{4};
};

/// Makes those of the three topics that are missing: one attempt within the deadline. Where the cluster forbids it, the error
/// says what to run instead. The names of NameServers are only for that sentence.
io::task<result<void>> make_missing_topics(rocketmq::client& bus, topic_names names, topic_sizes sizes, std::string name_servers,
                                           steady_time deadline);

/// Makes the consumer group on the brokers that lack it, likewise.
io::task<result<void>> make_missing_group(rocketmq::client& bus, std::string group, std::string name_servers, steady_time deadline);

/// Can waiting help? Not where something is forbidden or named wrongly.
[[nodiscard]] bool may_pass(const error& cause) noexcept;

}  // namespace parley::chat
