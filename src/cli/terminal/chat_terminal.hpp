// The interactive chat: lines typed become messages and commands, events become lines shown.
#pragma once

#include "program.hpp"
#include "terminal/input.hpp"
#include "terminal/line_editor.hpp"
#include "terminal/screen.hpp"

#include <parley/chat/client/client.hpp>
#include <parley/io/signal.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cli {

/// One person at a terminal, or a script at a pipe. On the program's thread.
class chat_terminal {
 public:
  chat_terminal(program& on, chat::client& who, std::string room);

  /// Before the client starts.
  void watch_events();
  /// Until /quit, the end of the input or a signal. In a pipe a refusal or failure is the exit status; at a terminal it was seen.
  io::task<int> live();

 private:
  void typed(std::string bytes);
  void show(const chat::event& what);
  void show_line(const std::string& line);
  void redraw();
  [[nodiscard]] std::string prompt() const;

  io::task<void> obey(std::string line);
  io::task<void> say(std::string text);
  io::task<void> enter(std::string room);
  io::task<void> leave();
  io::task<void> show_history(std::int64_t limit, bool first_sight);
  io::task<void> list(std::string action, std::string array, std::string name);
  io::task<void> see_own_message();
  /// Shows what went wrong, if anything, and remembers it for the exit status.
  bool went_well(std::string_view what, const result<chat::response>& answer);

  program& on_;
  chat::client& who_;
  std::string room_;
  std::string wanted_room_;
  screen screen_;
  line_editor editor_;
  std::deque<std::string> lines_;
  io::signal changed_;
  std::unique_ptr<input> input_;
  std::optional<std::vector<chat::event>> held_;  // events of the room being entered, until its history is shown
  std::int64_t said_seq_{0};
  std::int64_t seen_seq_{0};
  bool input_paused_{false};
  bool input_ended_{false};
  bool quit_{false};
  int status_{0};
};

}  // namespace parley::cli
