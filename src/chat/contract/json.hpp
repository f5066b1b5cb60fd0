// Reading of JSON bodies within the contract's bounds.
#pragma once

#include <parley/base/error.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::chat {

/// The object that `body` is: UTF-8, nested at most limits::json_depth deep, at most `max_bytes`. `malformed` or `too_large`;
/// `what` names the body in the error's sentence.
[[nodiscard]] result<boost::json::object> parse_object(std::string_view body, std::size_t max_bytes, std::string_view what);

/// A string as it is, a whole number as its digits, anything else (and absence) as empty text: foreign programs write ids as numbers.
[[nodiscard]] std::string text_or_digits(const boost::json::object& from, std::string_view field);

/// The field when it is a string, else empty.
[[nodiscard]] std::string text_of(const boost::json::object& from, std::string_view field);

}  // namespace parley::chat
