// The chat contract's request: body, properties and what makes two of them the same.
#pragma once

#include <parley/base/error.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::chat {

/// A decoded request. `data` is an object, empty when the body has none.
struct request {
  std::string request_id;
  std::string user_id;
  std::string action;
  boost::json::object data{};
  std::string reply_to{};  ///< [A-Za-z0-9_-]{1,64}; empty for a foreign client: the answer is sent without a tag
  std::string trace_id{};  ///< carried through to response and event; empty when there is none
};

/// Why a body is no request, with what could be learnt from it, so that it can be answered where that is possible.
struct bad_request {
  std::string request_id;  ///< empty when it cannot be known: then no answer is possible
  std::string action;
  std::string user_id;
  error cause;             ///< malformed, too_large or invalid_argument, with a sentence for people
};

/// Reads a body: UTF-8 JSON, at most 64 KiB, nested at most 32 deep. Unknown fields are ignored.
[[nodiscard]] boost::system::result<request, bad_request> decode_request(std::string_view body);
/// The body that decode_request reads; `invalid_argument` for ids that the contract refuses, `too_large` over 64 KiB.
[[nodiscard]] result<std::string> encode_request(const request& in);
/// 1 to 128 visible characters: fit to be a message property.
[[nodiscard]] bool valid_id(std::string_view id) noexcept;
/// SHA-256 over action and data in canonical form (keys sorted), in hexadecimal: with user and request id it names the request.
[[nodiscard]] std::string content_hash(const request& in);

}  // namespace parley::chat
