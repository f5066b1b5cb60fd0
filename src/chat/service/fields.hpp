// Reads an action's fields and keeps the first thing that is wrong with them.
#pragma once

#include <parley/chat/contract/response.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::chat {

/// Absent optional fields may also be null or, where they are text, empty. Once a field is wrong its value means nothing: look at
/// fault() when all are read.
class field_reader {
 public:
  explicit field_reader(const boost::json::object& data) noexcept : data_(data) {}

  /// Text that must be there and not empty.
  [[nodiscard]] std::string text(std::string_view name);
  /// Such a text that is also an id of the contract.
  [[nodiscard]] std::string id(std::string_view name);
  /// One of the words, which must be there.
  [[nodiscard]] std::string one_of(std::string_view name, std::string_view first, std::string_view second);
  [[nodiscard]] std::string optional_text(std::string_view name);
  [[nodiscard]] bool optional_flag(std::string_view name);
  /// An RFC 3339 time in milliseconds.
  [[nodiscard]] std::optional<std::int64_t> optional_time(std::string_view name);
  /// The field `limit`: from 1; above `most` it is taken as `most`.
  [[nodiscard]] std::int64_t limit(std::int64_t otherwise, std::int64_t most);

  /// BAD_REQUEST with the field's name.
  [[nodiscard]] const std::optional<chat_error>& fault() const noexcept { return fault_; }
  /// Says that this field is wrong, as `why` says.
  void reject(std::string_view name, std::string_view why);

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name) const noexcept;

  const boost::json::object& data_;
  std::optional<chat_error> fault_;
};

}  // namespace parley::chat
