// Reading bodies: members by name, missing ones tolerated, the first wrong one remembered.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/message_queue.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::remoting {

class body_object;

/// A parsed body. The objects that it hands out point into it.
class json_body {
 public:
  /// `what` names the body in errors and must outlive this.
  json_body(byte_view in, std::string_view what);
  json_body(const json_body&) = delete;
  json_body& operator=(const json_body&) = delete;

  /// The body itself, an object; an empty one when parsing failed.
  [[nodiscard]] body_object root() noexcept;
  [[nodiscard]] bool ok() const noexcept { return !failure_.has_value(); }
  /// `out`, unless something was wrong.
  template <class T>
  [[nodiscard]] result<T> finish(T out) {
    if (failure_) return std::move(*failure_);
    return out;
  }
  void refuse(std::string_view member, std::string_view expected);
  /// A key that was itself an object: a queue's name.
  [[nodiscard]] message_queue queue_of_key(std::string_view key);

 private:
  std::string_view what_;
  boost::json::monotonic_resource memory_;
  boost::json::value value_;
  std::optional<error> failure_;
};

/// One object of a body. Each reader returns the fallback for a member that is missing or null.
class body_object {
 public:
  body_object(json_body& body, const boost::json::object* object) noexcept : body_(&body), object_(object) {}

  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name) const;
  /// Go writes some numbers as strings: both are taken.
  [[nodiscard]] std::int64_t int64(std::string_view name, std::int64_t fallback = 0) const;
  [[nodiscard]] std::int32_t int32(std::string_view name, std::int32_t fallback = 0) const;
  [[nodiscard]] bool boolean(std::string_view name, bool fallback = false) const;
  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] body_object object(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] message_queue queue() const;
  /// Whether the member is there and an array.
  [[nodiscard]] bool is_array(std::string_view name) const noexcept;

  /// Calls f(body_object) for each element of an array of objects.
  template <class F>
  void each(std::string_view name, F f) const;
  /// Calls f(key, value) for each member of an object.
  template <class F>
  void each_member(std::string_view name, F f) const;

  /// The same for values that a map or array holds.
  [[nodiscard]] std::int64_t as_int64(std::string_view name, const boost::json::value& value) const;
  [[nodiscard]] std::string as_text(std::string_view name, const boost::json::value& value) const;
  [[nodiscard]] body_object as_object(std::string_view name, const boost::json::value& value) const;
  [[nodiscard]] json_body& body() const noexcept { return *body_; }

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name) const noexcept;

  json_body* body_;
  const boost::json::object* object_;
};

template <class F>
void body_object::each(std::string_view name, F f) const {
  const auto* held = find(name);
  if (held == nullptr) return;
  if (!held->is_array()) return body_->refuse(name, "an array");
  for (const auto& element : held->get_array()) f(as_object(name, element));
}

template <class F>
void body_object::each_member(std::string_view name, F f) const {
  const auto* held = find(name);
  if (held == nullptr) return;
  if (!held->is_object()) return body_->refuse(name, "an object");
  for (const auto& [key, value] : held->get_object()) f(std::string_view(key.data(), key.size()), value);
}

}  // namespace parley::remoting
