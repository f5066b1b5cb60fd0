// One description of a request's fields serves both directions: these are the two visitors that it is given.
#pragma once

#include <parley/base/error.hpp>
#include <parley/remoting/codec/command.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::remoting {

/// Puts a struct's members into header fields.
class field_writer {
 public:
  explicit field_writer(ext_fields& out) noexcept : out_(out) {}

  template <class T>
  void required(std::string_view key, const T& value) {
    put(key, value);
  }
  /// A member that is always written and keeps its initial value when it is not there to read.
  template <class T>
  void tolerated(std::string_view key, const T& value) {
    put(key, value);
  }
  template <class T>
  void optional(std::string_view key, const std::optional<T>& value) {
    if (value) put(key, *value);
  }

 private:
  void put(std::string_view key, const std::string& value) { out_.set(key, std::string_view(value)); }
  void put(std::string_view key, std::int32_t value) { out_.set(key, value); }
  void put(std::string_view key, std::int64_t value) { out_.set(key, value); }
  void put(std::string_view key, bool value) { out_.set(key, value); }

  ext_fields& out_;
};

/// Takes a struct's members out of header fields; remembers the first that is missing or of another type.
class field_reader {
 public:
  explicit field_reader(const ext_fields& in) noexcept : in_(in) {}

  template <class T>
  void required(std::string_view key, T& value) {
    if (!take(key, value)) complain(key);
  }
  template <class T>
  void tolerated(std::string_view key, T& value) {
    if (in_.find(key) != nullptr && !take(key, value)) complain(key);
  }
  template <class T>
  void optional(std::string_view key, std::optional<T>& value) {
    T held{};
    if (in_.find(key) == nullptr) return;
    if (take(key, held)) {
      value = std::move(held);
    } else {
      complain(key);
    }
  }

  [[nodiscard]] bool ok() const noexcept { return bad_.empty(); }
  [[nodiscard]] error why(std::string_view what) const {
    const bool missing = in_.find(bad_) == nullptr;
    return fail(errc::malformed, missing ? fmt::format("{}: the field {} is missing", what, bad_)
                                         : fmt::format("{}: the field {} is '{:.64}'", what, bad_, in_.text(bad_)));
  }

 private:
  bool take(std::string_view key, std::string& out) {
    const auto* held = in_.find(key);
    if (held != nullptr) out = *held;
    return held != nullptr;
  }
  bool take(std::string_view key, std::int32_t& out) { return assign(out, in_.int32(key)); }
  bool take(std::string_view key, std::int64_t& out) { return assign(out, in_.int64(key)); }
  bool take(std::string_view key, bool& out) { return assign(out, in_.boolean(key)); }

  template <class T>
  static bool assign(T& out, std::optional<T> value) {
    if (value) out = *value;
    return value.has_value();
  }
  void complain(std::string_view key) {
    if (bad_.empty()) bad_ = key;
  }

  const ext_fields& in_;
  std::string_view bad_;
};

/// Reads a T through its description.
template <class T, class Describe>
result<T> read_fields(const ext_fields& in, std::string_view what, Describe describe) {
  field_reader reader(in);
  T out;
  describe(reader, out);
  if (!reader.ok()) return reader.why(what);
  return out;
}

}  // namespace parley::remoting
