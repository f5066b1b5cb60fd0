// Which NameServer to ask: the one that answered last, the others after it.
#pragma once

#include <parley/base/endpoint.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace parley::rocketmq::core {

/// A list with a favourite. Pure; one thread.
class name_server_list {
 public:
  /// `start` picks the first favourite, so that the clients of a cluster spread. The list must not be empty.
  name_server_list(std::vector<endpoint> servers, std::uint64_t start);

  /// All of them, the favourite first, the rest in their order after it.
  [[nodiscard]] std::vector<endpoint> in_order() const;
  /// This one answered: it is asked first from now on.
  void answered(const endpoint& server) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return servers_.size(); }
  /// "a:9876, b:9876", for messages.
  [[nodiscard]] std::string to_string() const;

 private:
  std::vector<endpoint> servers_;
  std::size_t favourite_;
};

}  // namespace parley::rocketmq::core
