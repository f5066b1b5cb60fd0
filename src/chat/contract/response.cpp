// Reading and writing of responses.
#include <parley/chat/contract/response.hpp>

#include "json.hpp"

#include <parley/base/limits.hpp>

#include <boost/json/serialize.hpp>

#include <utility>

namespace parley::chat {
namespace {

namespace json = boost::json;

json::object detail_of(const chat_error& failure) {
  return {{"code", failure.code},
          {"kind", failure.system ? "system" : "business"},
          {"retryable", failure.retryable},
          {"retry_after_ms", failure.retry_after_ms}};
}

json::object data_of(json::object& body) {
  auto* data = body.if_contains("data");
  if (data == nullptr || data->is_null()) return {};
  if (data->is_object()) return std::move(data->get_object());
  json::object wrapped;
  wrapped.emplace("value", std::move(*data));
  return wrapped;
}

/// Takes what the object says of the failure; absent fields leave what is there.
void take_detail(chat_error& into, const json::object& from) {
  if (auto code = text_or_digits(from, "code"); !code.empty()) into.code = std::move(code);
  if (auto message = text_of(from, "message"); !message.empty()) into.message = std::move(message);
  into.system = text_of(from, "kind") == "system";
  if (const auto* flag = from.if_contains("retryable"); flag != nullptr && flag->is_bool()) into.retryable = flag->get_bool();
  if (const auto* after = from.if_contains("retry_after_ms"); after != nullptr && after->is_int64() && after->get_int64() > 0) {
    into.retry_after_ms = after->get_int64();
  }
}

chat_error failure_of(const json::object& body) {
  chat_error out{.code = "FOREIGN", .message = text_or_digits(body, "error")};
  if (const auto* error = body.if_contains("error"); error != nullptr && error->is_object())
    take_detail(out, error->get_object());
  if (const auto* detail = body.if_contains("error_detail"); detail != nullptr && detail->is_object()) {
    take_detail(out, detail->get_object());
  }
  if (out.message.empty()) out.message = "the server gave no reason";
  return out;
}

bool has_error(const json::object& body) {
  const auto* error = body.if_contains("error");
  return error != nullptr && !error->is_null() && !(error->is_string() && error->get_string().empty());
}

bool succeeded(const json::object& body) {
  const auto* success = body.if_contains("success");
  return success != nullptr && success->is_bool() ? success->get_bool() : !has_error(body);
}

}  // namespace

void throw_exception_from_error(const chat_error& what, const boost::source_location&) {
  throw bad_result(fail(errc::refused, what.code + ": " + what.message));
}

std::string encode_response(const response& in) {
  json::object body;
  body.emplace("request_id", in.request_id);
  body.emplace("success", in.success);
  body.emplace("data", in.data);
  if (in.failure) {
    body.emplace("error", in.failure->message);
    body.emplace("error_detail", detail_of(*in.failure));
  } else {
    body.emplace("error", nullptr);
  }
  return json::serialize(body);
}

result<response> decode_response(std::string_view body) {
  auto fields = parse_object(body, limits::message_body_bytes, "response");
  if (!fields) return std::move(fields).error();
  response out{.request_id = text_or_digits(*fields, "request_id"), .response_type = {}, .success = succeeded(*fields)};
  if (out.request_id.empty()) return fail(errc::malformed, "the response has no request_id");
  if (!out.success) out.failure = failure_of(*fields);
  out.data = data_of(*fields);
  return out;
}

}  // namespace parley::chat
