// Boost.JSON behind results instead of exceptions.
#include "json.hpp"

#include <parley/base/limits.hpp>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace parley::chat {
namespace json = boost::json;

result<json::object> parse_object(std::string_view body, std::size_t max_bytes, std::string_view what) try {
  if (body.size() > max_bytes) {
    return fail(errc::too_large, fmt::format("the {} has {} bytes; at most {} are accepted", what, body.size(), max_bytes));
  }
  json::parse_options options;
  options.max_depth = limits::json_depth;
  boost::system::error_code failure;
  auto parsed = json::parse(json::string_view(body.data(), body.size()), failure, {}, options);
  if (failure == json::error::too_deep) {
    return fail(errc::malformed, fmt::format("the {} is nested deeper than {}", what, limits::json_depth));
  }
  if (failure) return fail(errc::malformed, fmt::format("the {} is no JSON in UTF-8: {}", what, failure.message()));
  if (!parsed.is_object()) return fail(errc::malformed, fmt::format("the {} is no JSON object", what));
  return std::move(parsed.get_object());
} catch (const std::exception& failure) {
  return fail(errc::malformed, fmt::format("the {} cannot be read: {}", what, failure.what()));
}

std::string text_or_digits(const json::object& from, std::string_view field) {
  const auto* found = from.if_contains(json::string_view(field.data(), field.size()));
  if (found == nullptr) return {};
  if (const auto* text = found->if_string()) return {text->data(), text->size()};
  if (const auto* number = found->if_int64()) return std::to_string(*number);
  if (const auto* number = found->if_uint64()) return std::to_string(*number);
  return {};
}

std::string text_of(const json::object& from, std::string_view field) {
  const auto* found = from.if_contains(json::string_view(field.data(), field.size()));
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string{} : std::string(text->data(), text->size());
}

}  // namespace parley::chat
