// Reading and writing big-endian bytes with every bound checked: what all codecs stand on.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

using bytes = std::vector<std::uint8_t>;
using byte_view = std::span<const std::uint8_t>;

/// The same bytes seen as text, and text seen as bytes. Nothing is copied: the view lives as long as its source.
[[nodiscard]] inline std::string_view as_text(byte_view in) noexcept {
  return {reinterpret_cast<const char*>(in.data()), in.size()};
}
[[nodiscard]] inline byte_view as_bytes(std::string_view in) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(in.data()), in.size()};
}

/// Takes values off the front of a buffer that it does not own.
///
/// A read past the end returns a zero (or an empty view), takes nothing and makes `ok()` false for good, so a decoder may
/// read a whole record and check once, before it uses a length for anything but the next `take`.
class byte_reader {
 public:
  explicit byte_reader(byte_view in) noexcept : rest_(in) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }
  [[nodiscard]] byte_view rest() const noexcept { return rest_; }

  /// The next integer, big-endian.
  template <std::integral T>
  T read() noexcept {
    if (!have(sizeof(T))) return T{};
    std::make_unsigned_t<T> value{};
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<std::make_unsigned_t<T>>((static_cast<std::uint64_t>(value) << 8U) | rest_[i]);
    }
    rest_ = rest_.subspan(sizeof(T));
    return static_cast<T>(value);
  }

  /// The next `size` bytes as a view into the source. A negative size is a read past the end.
  byte_view take(std::int64_t size) noexcept {
    if (size < 0 || !have(static_cast<std::size_t>(size))) {
      ok_ = false;
      return {};
    }
    const auto out = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return out;
  }

 private:
  bool have(std::size_t size) noexcept {
    ok_ = ok_ && size <= rest_.size();
    return ok_;
  }

  byte_view rest_;
  bool ok_{true};
};

/// Appends values to a buffer that it does not own.
class byte_writer {
 public:
  explicit byte_writer(bytes& out) noexcept : out_(out) {}

  /// The integer's bytes, big-endian.
  template <std::integral T>
  void write(T value) {
    const auto bits = static_cast<std::make_unsigned_t<T>>(value);
    for (std::size_t i = sizeof(T); i-- > 0;) out_.push_back(static_cast<std::uint8_t>(bits >> (8U * i)));
  }
  void append(byte_view in) { out_.insert(out_.end(), in.begin(), in.end()); }
  void append(std::string_view in) { append(as_bytes(in)); }

  /// Overwrites four bytes written before, at `position` (which must lie in the buffer): for lengths known last.
  void patch_int32(std::size_t position, std::uint32_t value) noexcept {
    for (std::size_t i = 0; i < 4; ++i) out_[position + i] = static_cast<std::uint8_t>(value >> (24U - 8U * i));
  }
  [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }

 private:
  bytes& out_;
};

/// Upper-case hexadecimal, two digits a byte.
[[nodiscard]] std::string to_hex(byte_view in);
/// The bytes that hexadecimal text of either case stands for; nothing for an odd length or another character.
[[nodiscard]] std::optional<bytes> from_hex(std::string_view in);

}  // namespace parley
