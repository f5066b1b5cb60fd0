// Asking a NameServer, whichever answers.
#pragma once

#include "core/core_context.hpp"
#include "core/name_servers.hpp"

namespace parley::rocketmq::core {

/// One thread. The context must outlive it.
class name_server_client {
 public:
  name_server_client(core_context& context, std::vector<endpoint> servers);

  /// The first answer that is a result or "not there" (17, 22); servers that are busy or broken are passed over. `unreachable`
  /// names every server and what it did. One server does not eat the time of those after it.
  io::task<result<remoting::command>> call(remoting::command request, steady_time deadline);

  [[nodiscard]] const name_server_list& servers() const noexcept { return servers_; }

 private:
  core_context& context_;
  name_server_list servers_;
};

}  // namespace parley::rocketmq::core
