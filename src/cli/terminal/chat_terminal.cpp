// The interactive chat: lines typed become messages and commands, events become lines shown.
#include "terminal/chat_terminal.hpp"

#include "exit_status.hpp"
#include "terminal/event_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::cli {

namespace {

constexpr std::size_t lines_ahead = 64;
constexpr milliseconds own_message_patience{10'000};

}  // namespace

chat_terminal::chat_terminal(program& on, chat::client& who, std::string room)
    : on_(on), who_(who), wanted_room_(std::move(room)), changed_(on.executor()) {
  on_.on_abrupt_end([this] { screen_.restore(); });
}

void chat_terminal::watch_events() {
  who_.on_event("", [this](const chat::event& what) {
    if (held_ && what.room_id == wanted_room_) return held_->push_back(what);
    show(what);
  });
  who_.on_reach([this](bool reached) {
    if (screen_.interactive()) show_line(reached ? "* reached again" : "* the chat cannot be reached at the moment; trying again");
  });
  who_.on_gap([this](const chat::event_gap& gap) {
    if (gap.room_id == room_) show_line(fmt::format("* messages {} to {} could not be had", gap.first_seq, gap.last_seq));
  });
}

io::task<int> chat_terminal::live() {
  on_.on_stop([this] {
    who_.give_up();
    changed_.notify_all();
  });
  if (screen_.interactive()) show_line(fmt::format("You are {}. /help lists the commands, /quit ends.", harmless(who_.user_id())));
  co_await enter(wanted_room_);
  input_ = std::make_unique<input>(on_.executor(), [this](std::string bytes) { typed(std::move(bytes)); });
  while (!quit_ && !on_.stop_asked()) {
    if (!lines_.empty()) {
      auto line = std::move(lines_.front());
      lines_.pop_front();
      if (std::exchange(input_paused_, lines_.size() >= lines_ahead) && !input_paused_) input_->more();
      co_await obey(std::move(line));
    } else if (input_ended_) {
      break;
    } else {
      co_await changed_.wait();
    }
  }
  co_await see_own_message();
  input_.reset();
  screen_.restore();
  on_.on_abrupt_end({});
  co_return screen_.interactive() || on_.stop_asked() ? exit_ok : status_;
}

void chat_terminal::typed(std::string bytes) {
  if (quit_ || !input_) return;
  if (bytes.empty()) {
    auto last = editor_.finish();
    if (!last.empty()) lines_.push_back(std::move(last));
    input_ended_ = true;
  } else {
    for (auto& line : editor_.feed(bytes)) lines_.push_back(std::move(line));
    input_ended_ |= editor_.ended();
    input_paused_ = lines_.size() >= lines_ahead;
    if (!input_paused_ && !input_ended_) input_->more();
  }
  redraw();
  changed_.notify_all();
}

void chat_terminal::show(const chat::event& what) {
  if (what.user_id == who_.user_id()) seen_seq_ = std::max(seen_seq_, what.seq);
  if (what.room_id.empty() || what.room_id == room_) show_line(text_of(what));
}

void chat_terminal::show_line(const std::string& line) {
  if (!screen_.print(line)) on_.ask_to_stop();
}

void chat_terminal::redraw() {
  const auto before = prompt();
  screen_.draw(before, editor_.visible_tail(screen_.room_beside(before)));
}

std::string chat_terminal::prompt() const { return (room_.empty() ? std::string("(no room)") : harmless(room_)) + "> "; }

io::task<void> chat_terminal::see_own_message() {
  // In a pipe the end follows the last line at once; what was said should still be seen.
  const auto deadline = system_clock().steady_now() + own_message_patience;
  while (!on_.stop_asked() && seen_seq_ < said_seq_ && system_clock().steady_now() < deadline) {
    co_await changed_.wait_until(std::min(deadline, system_clock().steady_now() + milliseconds(10)));
  }
}

bool chat_terminal::went_well(std::string_view what, const result<chat::response>& answer) {
  if (answer && answer->success) return true;
  if (on_.stop_asked()) return false;
  const bool business = answer && answer->failure && !answer->failure->system;
  status_ = business ? exit_business : exit_system;
  const auto why = !answer ? answer.error().message : answer->failure ? answer->failure->message : std::string("no reason was given");
  show_line(fmt::format("! {}: {}", what, harmless(why)));
  return false;
}

}  // namespace parley::cli
