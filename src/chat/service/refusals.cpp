// What users are told when a request is not done.
#include "refusals.hpp"

#include <parley/chat/contract/codes.hpp>

#include <fmt/format.h>

#include <utility>

namespace parley::chat {
namespace {

constexpr std::int64_t store_retry_ms = 1000;

chat_error business(std::string_view code, std::string message) {
  return {.code = std::string(code), .message = std::move(message)};
}

}  // namespace

chat_error bad_field(std::string message) { return business(error_code::bad_request, std::move(message)); }

chat_error unknown_action(std::string_view name) {
  return business(error_code::unknown_action, fmt::format("the action {} is not known here", name));
}

chat_error not_a_member(std::string_view room) {
  return business(error_code::not_a_member, fmt::format("you are not a member of room {}", room));
}

chat_error not_owner(std::string_view room) {
  return business(error_code::not_owner, fmt::format("only the owner of room {} may do this", room));
}

chat_error insufficient_balance(std::int64_t balance, std::int64_t price) {
  return business(error_code::insufficient_balance, fmt::format("a message costs {} and your balance is {}", price, balance));
}

chat_error abnormal_state(std::string_view state) {
  return business(error_code::abnormal_user_state, fmt::format("your account is {}", state));
}

chat_error rate_limited(milliseconds after) {
  return {.code = std::string(error_code::rate_limited),
          .retryable = true,
          .retry_after_ms = after.count(),
          .message = fmt::format("too many requests: wait {} ms", after.count())};
}

chat_error unreadable(const error& cause) {
  return business(cause.code == errc::too_large ? error_code::too_large : error_code::bad_request, cause.message);
}

chat_error store_failed(const error& cause) {
  if (cause.code == errc::internal) {
    return {.code = std::string(error_code::internal_error), .system = true, .message = "the server met an error of its own"};
  }
  return {.code = std::string(error_code::store_unavailable),
          .system = true,
          .retryable = true,
          .retry_after_ms = store_retry_ms,
          .message = "the chat cannot be stored right now; the same request may be sent again"};
}

}  // namespace parley::chat
