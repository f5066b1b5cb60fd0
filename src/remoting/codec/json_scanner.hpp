// Reads JSON token by token out of a buffer: for headers, where a document in between would cost more than the request.
#pragma once

#include <parley/base/limits.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::remoting {

/// Takes tokens off the front. The first thing that is not as it should be sets `why()`, after which everything returns false.
/// Nothing recurses; nesting is bounded by limits::json_depth.
class json_scanner {
 public:
  explicit json_scanner(std::string_view in) noexcept : in_(in) {}

  [[nodiscard]] bool ok() const noexcept { return why_ == nullptr; }
  /// What was wrong, or null.
  [[nodiscard]] const char* why() const noexcept { return why_; }
  /// Where reading stands, in bytes.
  [[nodiscard]] std::size_t position() const noexcept { return at_; }

  /// The next character that is not a blank, without taking it; 0 at the end.
  [[nodiscard]] char peek() noexcept;
  /// Takes this character if it is next.
  bool accept(char expected) noexcept;
  bool expect(char expected, const char* complaint) noexcept;
  /// True when nothing but blanks is left.
  [[nodiscard]] bool at_end() noexcept { return peek() == 0 && at_ == in_.size(); }

  /// A string, unescaped into `out` (replaced).
  bool string(std::string& out);
  /// The text of a number or of true, false or null, as it stands.
  bool scalar(std::string_view& out) noexcept;
  /// Any value, however nested, up to the bound.
  bool skip();

  bool refuse(const char* why) noexcept;

 private:
  bool escape(std::string& out);
  bool hex4(char32_t& out) noexcept;
  bool number(std::string_view& out) noexcept;
  bool skip_string();
  bool digits() noexcept;

  std::string_view in_;
  std::size_t at_{0};
  const char* why_{nullptr};
};

}  // namespace parley::remoting
