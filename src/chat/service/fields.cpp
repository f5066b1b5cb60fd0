// Fields of an action's data, each with its type and bounds.
#include "fields.hpp"

#include "refusals.hpp"

#include <parley/chat/contract/request.hpp>
#include <parley/chat/contract/timestamp.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::chat {

namespace json = boost::json;

void field_reader::reject(std::string_view name, std::string_view why) {
  if (!fault_) fault_ = bad_field(fmt::format("the field {} {}", name, why));
}

const json::value* field_reader::find(std::string_view name) const noexcept {
  const auto* found = data_.if_contains(json::string_view(name.data(), name.size()));
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string field_reader::text(std::string_view name) {
  if (find(name) == nullptr) reject(name, data_.contains(json::string_view(name.data(), name.size())) ? "is null" : "is missing");
  auto out = optional_text(name);
  if (out.empty()) reject(name, "is empty");
  return out;
}

std::string field_reader::id(std::string_view name) {
  auto out = text(name);
  if (!valid_id(out)) reject(name, "must have 1 to 128 visible characters");
  return out;
}

std::string field_reader::one_of(std::string_view name, std::string_view first, std::string_view second) {
  auto out = text(name);
  if (out != first && out != second) reject(name, fmt::format("must be {} or {}", first, second));
  return out;
}

std::string field_reader::optional_text(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) return {};
  const auto* text = found->if_string();
  if (text == nullptr) {
    reject(name, "must be a string");
    return {};
  }
  return {text->data(), text->size()};
}

bool field_reader::optional_flag(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) return false;
  if (!found->is_bool()) reject(name, "must be true or false");
  return found->is_bool() && found->get_bool();
}

std::optional<std::int64_t> field_reader::optional_time(std::string_view name) {
  const auto text = optional_text(name);
  if (text.empty()) return std::nullopt;
  auto out = parse_timestamp(text);
  if (!out) reject(name, "must be a time such as 2024-01-01T12:00:00Z");
  return out;
}

std::int64_t field_reader::limit(std::int64_t otherwise, std::int64_t most) {
  const auto* found = find("limit");
  if (found == nullptr) return otherwise;
  if (found->is_uint64()) return most;  // past the signed numbers
  if (found->is_double() && found->get_double() > static_cast<double>(most)) return most;
  boost::system::error_code inexact;
  const auto value = found->is_number() ? found->to_number<std::int64_t>(inexact) : 0;
  if (!found->is_number() || inexact || value < 1) {
    reject("limit", "must be a whole number from 1");
    return otherwise;
  }
  return std::min(value, most);
}

}  // namespace parley::chat
