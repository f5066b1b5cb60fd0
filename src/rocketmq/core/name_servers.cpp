// The list of NameServers.
#include "core/name_servers.hpp"

#include <algorithm>

namespace parley::rocketmq::core {

name_server_list::name_server_list(std::vector<endpoint> servers, std::uint64_t start)
    : servers_(std::move(servers)), favourite_(static_cast<std::size_t>(start % servers_.size())) {}

std::vector<endpoint> name_server_list::in_order() const {
  std::vector<endpoint> out(servers_);
  std::rotate(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(favourite_), out.end());
  return out;
}

void name_server_list::answered(const endpoint& server) noexcept {
  const auto at = std::find(servers_.begin(), servers_.end(), server);
  if (at != servers_.end()) favourite_ = static_cast<std::size_t>(at - servers_.begin());
}

std::string name_server_list::to_string() const {
  std::string out;
  for (const auto& server : servers_) {
    if (!out.empty()) out += ", ";
    out += server.to_string();
  }
  return out;
}

}  // namespace parley::rocketmq::core
