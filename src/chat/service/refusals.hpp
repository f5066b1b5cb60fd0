// The refusals and failures that actions give, each with its code and a sentence.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>
#include <parley/chat/contract/response.hpp>

#include <string>
#include <string_view>

namespace parley::chat {

[[nodiscard]] chat_error bad_field(std::string message);
[[nodiscard]] chat_error unknown_action(std::string_view name);
[[nodiscard]] chat_error not_a_member(std::string_view room);
[[nodiscard]] chat_error not_owner(std::string_view room);
[[nodiscard]] chat_error insufficient_balance(std::int64_t balance, std::int64_t price);
[[nodiscard]] chat_error abnormal_state(std::string_view state);
[[nodiscard]] chat_error rate_limited(milliseconds after);
/// What cannot be read as a request: TOO_LARGE or BAD_REQUEST.
[[nodiscard]] chat_error unreadable(const error& cause);
/// A failure of the store: it names nothing of the machine, since it goes to users.
[[nodiscard]] chat_error store_failed(const error& cause);

}  // namespace parley::chat
