// The chat contract's response.
#pragma once

#include <parley/base/error.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::chat {

/// A refusal or failure as programs read it (`error_detail`).
struct chat_error {
  std::string code;    ///< such as INSUFFICIENT_BALANCE
  bool system{false};  ///< kind "system" (network, store, broker) instead of "business" (understood and refused)
  bool retryable{false};
  std::int64_t retry_after_ms{0};
  std::string message;  ///< the string for people (`error`)
};

struct response {
  std::string request_id;
  std::string response_type;  ///< the action answered; travels as a property, not in the body
  bool success{false};
  boost::json::object data{};
  std::optional<chat_error> failure{};  ///< set when not success. From a foreign server without error_detail: code "FOREIGN", business
};

/// Found by argument-dependent look-up from boost::system::result: throws bad_result with the message.
[[noreturn]] void throw_exception_from_error(const chat_error& what, const boost::source_location& where);

/// The body: `data` always an object, `error` null or a string, `error_detail` beside it when there is a failure.
[[nodiscard]] std::string encode_response(const response& in);
/// Lenient, since foreign servers send it: a request_id may be a number, `data` null or absent (read as {}) or of another type
/// (read as {"value": …}), `error` null, absent, a string or an object; without `success` the absence of an error decides.
/// `malformed` when it is no JSON object or has no usable request_id.
[[nodiscard]] result<response> decode_response(std::string_view body);

}  // namespace parley::chat
