// What becomes of a message that its handler gave back.
#pragma once

#include <parley/rocketmq/message.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::rocketmq::consume {

enum class failure_action : std::uint8_t {
  send_back,        ///< the broker keeps a copy for later (or for the dead-letter queue) and this one is finished
  repeat_in_place,  ///< again after a delay, before anything else of its queue
  dead_letter,      ///< a copy goes to the dead-letter queue and this one is finished
  give_up,          ///< finished; nothing comes again
};

/// `reconsume_times`: how often the message was given back before this time.
[[nodiscard]] failure_action after_failure(message_model model, consume_order order, std::int32_t reconsume_times,
                                           std::int32_t max_reconsume_times) noexcept;

/// Whether the broker puts a message that is given back now into the dead-letter queue instead of the retry topic.
[[nodiscard]] constexpr bool ends_as_dead_letter(std::int32_t reconsume_times, std::int32_t max_reconsume_times) noexcept {
  return reconsume_times >= max_reconsume_times;
}

/// The delay level at which the library itself sends a copy to the retry topic when the broker would not do it: as the broker
/// chooses, 3 + n, within the 18 levels of its table.
[[nodiscard]] std::int32_t retry_delay_level(std::int32_t reconsume_times) noexcept;

[[nodiscard]] std::string retry_topic_of(std::string_view group);
[[nodiscard]] bool is_retry_topic(std::string_view topic) noexcept;

}  // namespace parley::rocketmq::consume
