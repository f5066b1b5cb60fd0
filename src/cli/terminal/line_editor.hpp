// The line being typed: bytes of a terminal or a pipe in, whole lines out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cli {

/// Understands backspace, Ctrl-U (clears), Ctrl-W (takes a word off), Ctrl-D on an empty line (ends the input); other control
/// keys and escape sequences (arrows) are ignored. Works on bytes as they come, split anywhere. No I/O.
class line_editor {
 public:
  /// Longer lines are cut: the contract's messages have a bound, too.
  explicit line_editor(std::size_t longest_bytes = 60'000) : longest_(longest_bytes) {}

  /// Lines that these bytes completed, as UTF-8 without their ends.
  [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);
  /// The end of the input: what was typed last without a line end, if anything.
  [[nodiscard]] std::string finish();
  /// Ctrl-D was typed on an empty line.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// What is typed so far.
  [[nodiscard]] const std::string& typed() const noexcept { return typed_; }
  /// The end of it that fits into so many columns.
  [[nodiscard]] std::string visible_tail(std::size_t columns) const;

 private:
  enum class escape : unsigned char { none, begun, sequence };

  bool in_escape(char byte);
  void edit(char byte);
  void erase_last();
  void erase_word();

  std::size_t longest_;
  std::string typed_;
  escape escape_{escape::none};
  bool after_return_{false};
  bool ended_{false};
};

}  // namespace parley::cli
