// Conversions of JSON values as lenient as Java's, and their complaints.
#include "bodies/json_body.hpp"

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/lenient_json.hpp>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <charconv>
#include <cmath>
#include <limits>

namespace parley::remoting {
namespace {

namespace json = boost::json;

std::string_view view_of(const json::string& in) noexcept { return {in.data(), in.size()}; }

json::value parse_bounded(std::string_view text, boost::system::error_code& ec, json::storage_ptr memory) {
  json::parse_options options;
  options.max_depth = limits::json_depth;
  return json::parse(json::string_view(text.data(), text.size()), ec, std::move(memory), options);
}

std::optional<std::int64_t> integer_of(const json::value& in) noexcept {
  if (in.is_int64()) return in.get_int64();
  if (in.is_uint64() && in.get_uint64() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return static_cast<std::int64_t>(in.get_uint64());
  }
  if (!in.is_string()) return std::nullopt;
  const auto text = view_of(in.get_string());
  std::int64_t value{};
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

json_body::json_body(byte_view in, std::string_view what) : what_(what), value_(nullptr, &memory_) {
  auto text = to_standard_json(in);
  if (!text) {
    failure_ = text.error().with_context(fmt::format("{}: ", what_));
    return;
  }
  boost::system::error_code ec;
  value_ = parse_bounded(*text, ec, &memory_);
  if (ec) {
    failure_ = fail(errc::malformed, fmt::format("{}: JSON body: {}", what_, ec.message()));
  } else if (!value_.is_object()) {
    failure_ = fail(errc::malformed, fmt::format("{}: the body is not a JSON object", what_));
  }
}

body_object json_body::root() noexcept { return {*this, value_.if_object()}; }

void json_body::refuse(std::string_view member, std::string_view expected) {
  if (!failure_) failure_ = fail(errc::malformed, fmt::format("{}: {} is not {}", what_, member, expected));
}

message_queue json_body::queue_of_key(std::string_view key) {
  boost::system::error_code ec;
  const auto value = parse_bounded(key, ec, {});
  if (ec || !value.is_object()) {
    refuse("a key", "a message queue");
    return {};
  }
  return body_object(*this, &value.get_object()).queue();
}

const json::value* body_object::find(std::string_view name) const noexcept {
  if (object_ == nullptr) return nullptr;
  const auto* held = object_->if_contains(json::string_view(name.data(), name.size()));
  return held == nullptr || held->is_null() ? nullptr : held;
}

std::int64_t body_object::as_int64(std::string_view name, const json::value& value) const {
  const auto number = integer_of(value);
  if (!number) body_->refuse(name, "an integer");
  return number.value_or(0);
}

std::string body_object::as_text(std::string_view name, const json::value& value) const {
  if (value.is_string()) return std::string(view_of(value.get_string()));
  if (const auto number = integer_of(value)) return std::to_string(*number);
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (!value.is_null()) body_->refuse(name, "text");
  return {};
}

body_object body_object::as_object(std::string_view name, const json::value& value) const {
  if (!value.is_object()) body_->refuse(name, "an object");
  return {*body_, value.if_object()};
}

std::string body_object::text(std::string_view name) const {
  const auto* held = find(name);
  return held == nullptr ? std::string{} : as_text(name, *held);
}

std::optional<std::string> body_object::optional_text(std::string_view name) const {
  const auto* held = find(name);
  if (held == nullptr) return std::nullopt;
  return as_text(name, *held);
}

std::int64_t body_object::int64(std::string_view name, std::int64_t fallback) const {
  const auto* held = find(name);
  return held == nullptr ? fallback : as_int64(name, *held);
}

std::int32_t body_object::int32(std::string_view name, std::int32_t fallback) const {
  const auto value = int64(name, fallback);
  if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max()) {
    body_->refuse(name, "a 32-bit integer");
    return fallback;
  }
  return static_cast<std::int32_t>(value);
}

bool body_object::boolean(std::string_view name, bool fallback) const {
  const auto* held = find(name);
  if (held == nullptr) return fallback;
  if (held->is_bool()) return held->get_bool();
  if (held->is_string() && (held->get_string() == "true" || held->get_string() == "false")) return held->get_string() == "true";
  body_->refuse(name, "true or false");
  return fallback;
}

double body_object::real(std::string_view name) const {
  const auto* held = find(name);
  if (held == nullptr) return 0;
  const double value = held->is_number() ? held->to_number<double>() : std::nan("");
  if (!std::isfinite(value)) {
    body_->refuse(name, "a number");
    return 0;
  }
  return value;
}

body_object body_object::object(std::string_view name) const {
  const auto* held = find(name);
  return held == nullptr ? body_object(*body_, nullptr) : as_object(name, *held);
}

std::vector<std::string> body_object::texts(std::string_view name) const {
  std::vector<std::string> out;
  const auto* held = find(name);
  if (held == nullptr) return out;
  if (!held->is_array()) {
    body_->refuse(name, "an array");
    return out;
  }
  out.reserve(held->get_array().size());
  for (const auto& element : held->get_array()) out.push_back(as_text(name, element));
  return out;
}

message_queue body_object::queue() const {
  return {.topic = text("topic"), .broker_name = text("brokerName"), .queue_id = int32("queueId")};
}

bool body_object::is_array(std::string_view name) const noexcept {
  const auto* held = find(name);
  return held != nullptr && held->is_array();
}

}  // namespace parley::remoting
