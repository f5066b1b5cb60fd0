// Redelivery rules: as Apache's push consumer, so that both can serve one group.
#include "consume/retry.hpp"

#include "core/names.hpp"

#include <algorithm>

namespace parley::rocketmq::consume {
namespace {

constexpr std::int32_t first_retry_level = 3;
constexpr std::int32_t last_delay_level = 18;

}  // namespace

failure_action after_failure(message_model model, consume_order order, std::int32_t reconsume_times,
                             std::int32_t max_reconsume_times) noexcept {
  if (model == message_model::broadcasting) return failure_action::give_up;
  if (order == consume_order::concurrent) return failure_action::send_back;
  return ends_as_dead_letter(reconsume_times, max_reconsume_times) ? failure_action::dead_letter : failure_action::repeat_in_place;
}

std::int32_t retry_delay_level(std::int32_t reconsume_times) noexcept {
  const auto bounded = std::clamp(reconsume_times, 0, last_delay_level);
  return std::min(first_retry_level + bounded, last_delay_level);
}

std::string retry_topic_of(std::string_view group) { return std::string(core::retry_topic_prefix).append(group); }

bool is_retry_topic(std::string_view topic) noexcept { return topic.starts_with(core::retry_topic_prefix); }

}  // namespace parley::rocketmq::consume
