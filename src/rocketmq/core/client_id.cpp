// Making client ids.
#include "core/client_id.hpp"

#include <fmt/format.h>

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>
#include <memory>

namespace parley::rocketmq::core {

std::array<std::uint8_t, 4> own_ipv4() {
  std::array<std::uint8_t, 4> out{127, 0, 0, 1};
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return out;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> held(list, &freeifaddrs);
  for (const auto* at = list; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET || (at->ifa_flags & IFF_LOOPBACK) != 0 || (at->ifa_flags & IFF_UP) == 0) continue;
    sockaddr_in address{};
    std::memcpy(&address, at->ifa_addr, sizeof(address));
    std::memcpy(out.data(), &address.sin_addr, out.size());
    return out;
  }
  return out;
}

std::string make_client_id(const std::array<std::uint8_t, 4>& ip, const std::string& instance_name, random_source& random) {
  const auto instance = instance_name.empty() ? fmt::format("{}#{:016x}", ::getpid(), random.next()) : instance_name;
  return fmt::format("{}.{}.{}.{}@{}", ip[0], ip[1], ip[2], ip[3], instance);
}

std::uint16_t own_pid_bits() { return static_cast<std::uint16_t>(::getpid()); }

}  // namespace parley::rocketmq::core
