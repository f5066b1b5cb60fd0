// The chat contract's request: body, properties and what makes two of them the same.
#pragma once

#include <parley/base/error.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
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
  std::string request_id{};  ///< what the body says, which may be no valid id; empty also when it cannot be known
  std::string action{};
  std::string user_id{};
  error cause{};           ///< malformed, too_large or invalid_argument, with a sentence for people that names the field
  bool answerable{false};  ///< the body has a request_id (even an empty one): the answer's body carries it back
};

/// Found by argument-dependent look-up from boost::system::result: throws bad_result with the cause.
[[noreturn]] void throw_exception_from_error(const bad_request& what, const boost::source_location& where);

/// A request's body has at most this many bytes.
inline constexpr std::size_t max_request_bytes = 64U * 1024U;

/// Reads a body: UTF-8 JSON, at most 64 KiB, nested at most 32 deep. Unknown fields are ignored. request_id, user_id and action are
/// required; `data` may be absent or null. reply_to and trace_id stay empty: they are message properties, not fields.
[[nodiscard]] boost::system::result<request, bad_request> decode_request(std::string_view body);
/// The body that decode_request reads; `invalid_argument` for ids that the contract refuses, `too_large` over 64 KiB.
[[nodiscard]] result<std::string> encode_request(const request& in);
/// 1 to 128 characters of UTF-8, no control character or line break among them and not only blanks: fit to be a message property.
[[nodiscard]] bool valid_id(std::string_view id) noexcept;
/// A valid id without a blank: fit for KEYS, which blanks split.
[[nodiscard]] bool valid_key(std::string_view id) noexcept;
/// SHA-256 over action and data in canonical form (keys sorted), in hexadecimal: with user and request id it names the request.
[[nodiscard]] std::string content_hash(const request& in);

}  // namespace parley::chat
