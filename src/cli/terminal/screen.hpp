// Where the interactive client shows things: on a terminal above the line being typed, in a pipe line by line.
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <string_view>

namespace parley::cli {

/// Takes the terminal's own line editing off while it lives, and gives it back. Without a terminal it only prints lines.
class screen {
 public:
  screen();
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;
  ~screen();

  /// Both ends are a terminal: there is a prompt, and the typed line is drawn here.
  [[nodiscard]] bool interactive() const noexcept { return saved_.has_value(); }
  /// One line above the prompt. The text has to be harmless already. False when nobody reads any more.
  bool print(std::string_view line);
  /// Draws prompt and typed text anew.
  void draw(std::string_view prompt, std::string_view typed);
  /// How many columns are left beside the prompt.
  [[nodiscard]] std::size_t room_beside(std::string_view prompt) const;
  /// Takes the prompt away and gives the terminal back. Idempotent.
  void restore() noexcept;

 private:
  bool put(std::string_view bytes);

  std::optional<termios> saved_;
  std::string last_drawn_;
  bool broken_{false};
};

}  // namespace parley::cli
