// The small members of the public message types.
#include <parley/rocketmq/message.hpp>

#include <fmt/format.h>

namespace parley::rocketmq {

std::string message_queue::to_string() const { return fmt::format("{}@{}:{}", topic, broker_name, queue_id); }

std::string_view received_message::property(std::string_view name) const noexcept {
  const auto at = properties.find(name);
  return at == properties.end() ? std::string_view{} : std::string_view(at->second);
}

}  // namespace parley::rocketmq
