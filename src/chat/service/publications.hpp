// Answers and events as they go out: body, tag, key, queue and properties.
#pragma once

#include <parley/chat/contract/event.hpp>
#include <parley/chat/contract/request.hpp>
#include <parley/chat/contract/response.hpp>
#include <parley/chat/store/store.hpp>

#include <string>
#include <string_view>

namespace parley::chat {

/// To whom an answer goes and what it answers.
struct answer_route {
  std::string_view request_id, action, reply_to, trace_id;
};
[[nodiscard]] answer_route route_of(const request& asked) noexcept;

/// An id that cannot be a property is left out of the properties; the body carries it all the same.
[[nodiscard]] publication answer_publication(const answer_route& to, std::string body, std::int64_t now_ms);
[[nodiscard]] std::string refusal_body(std::string_view request_id, const chat_error& why);
[[nodiscard]] publication event_publication(const event& what, std::string_view trace_id, std::int64_t now_ms);
/// The remembered answer as it is given again: data.duplicate is true where the answer has it.
[[nodiscard]] std::string as_duplicate(std::string body);

}  // namespace parley::chat
