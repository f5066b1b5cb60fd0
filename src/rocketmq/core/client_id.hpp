// Who this client is: the name under which brokers know it.
#pragma once

#include <parley/base/random.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace parley::rocketmq::core {

/// The machine's first IPv4 address that is not loopback, or 127.0.0.1.
[[nodiscard]] std::array<std::uint8_t, 4> own_ipv4();
/// "ip@instance"; an empty instance becomes "pid#random", which is unique in every container.
[[nodiscard]] std::string make_client_id(const std::array<std::uint8_t, 4>& ip, const std::string& instance_name, random_source& random);
[[nodiscard]] std::uint16_t own_pid_bits();

}  // namespace parley::rocketmq::core
