// Reading and writing of requests.
#include <parley/chat/contract/request.hpp>

#include "json.hpp"
#include "salvage.hpp"

#include <parley/base/utf8.hpp>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace parley::chat {
namespace {

namespace json = boost::json;

bad_request from_damage(std::string_view body, error cause) {
  auto known = salvage_ids(body);
  const bool answerable = known.request_id.has_value();
  return {.request_id = std::move(known.request_id).value_or(""),
          .action = std::move(known.action).value_or(""),
          .user_id = std::move(known.user_id).value_or(""),
          .cause = std::move(cause),
          .answerable = answerable};
}

/// Why the field is no id, or nothing.
std::string fault_of(const json::object& from, std::string_view field) {
  const auto* found = from.if_contains(json::string_view(field.data(), field.size()));
  if (found == nullptr) return fmt::format("the field {} is missing", field);
  const auto* text = found->if_string();
  if (text == nullptr) return fmt::format("the field {} must be a string", field);
  if (text->empty()) return fmt::format("the field {} is empty", field);
  if (!valid_id(std::string_view(text->data(), text->size()))) {
    return fmt::format("the field {} must have 1 to 128 visible characters", field);
  }
  return {};
}

std::string fault_of(const json::object& from) {
  for (const auto* field : {"request_id", "user_id", "action"}) {
    if (auto fault = fault_of(from, field); !fault.empty()) return fault;
  }
  const auto* data = from.if_contains("data");
  if (data != nullptr && !data->is_object() && !data->is_null()) return "the field data must be an object";
  return {};
}

bad_request from_fields(const json::object& fields, std::string fault) {
  const auto* id = fields.if_contains("request_id");
  return {.request_id = text_of(fields, "request_id"),
          .action = text_of(fields, "action"),
          .user_id = text_of(fields, "user_id"),
          .cause = fail(errc::invalid_argument, std::move(fault)),
          .answerable = id != nullptr && id->is_string()};
}

}  // namespace

void throw_exception_from_error(const bad_request& what, const boost::source_location&) { throw bad_result(what.cause); }

boost::system::result<request, bad_request> decode_request(std::string_view body) {
  auto fields = parse_object(body, max_request_bytes, "request");
  if (!fields) return from_damage(body, std::move(fields).error());
  if (auto fault = fault_of(*fields); !fault.empty()) return from_fields(*fields, std::move(fault));
  request out{
      .request_id = text_of(*fields, "request_id"), .user_id = text_of(*fields, "user_id"), .action = text_of(*fields, "action")};
  if (auto* data = fields->if_contains("data"); data != nullptr && data->is_object()) out.data = std::move(data->get_object());
  return out;
}

result<std::string> encode_request(const request& in) {
  const std::array<std::pair<std::string_view, std::string_view>, 3> ids{
      {{"request_id", in.request_id}, {"user_id", in.user_id}, {"action", in.action}}};
  json::object body;
  for (const auto& [name, value] : ids) {
    if (!valid_id(value)) {
      return fail(errc::invalid_argument, fmt::format("the {} \"{}\" must have 1 to 128 visible characters", name, value));
    }
    body.emplace(json::string_view(name.data(), name.size()), json::string_view(value.data(), value.size()));
  }
  body.emplace("data", in.data);
  auto text = json::serialize(body);
  if (text.size() > max_request_bytes) {
    return fail(errc::too_large, fmt::format("the request has {} bytes; at most {} are accepted", text.size(), max_request_bytes));
  }
  if (!valid_utf8(text)) return fail(errc::invalid_argument, "the request's data is not UTF-8");
  return text;
}

}  // namespace parley::chat
