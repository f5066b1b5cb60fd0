// Where the interactive client shows things: on a terminal above the line being typed, in a pipe line by line.
#include "terminal/screen.hpp"

#include "terminal/harmless.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace parley::cli {

namespace {

constexpr std::string_view clear_line = "\r\x1b[K";
constexpr std::size_t usual_columns = 80;

std::size_t columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_columns;
  return size.ws_col;
}

}  // namespace

screen::screen() {
  termios mode{};
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &mode) != 0) return;
  saved_ = mode;
  // Signals stay with the terminal: Ctrl-C stops the client.
  mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
}

screen::~screen() { restore(); }

bool screen::print(std::string_view line) {
  std::string out;
  if (interactive()) out += clear_line;
  out += line;
  out += '\n';
  if (interactive()) out += last_drawn_;
  return put(out);
}

void screen::draw(std::string_view prompt, std::string_view typed) {
  if (!interactive()) return;
  last_drawn_ = std::string(prompt) + std::string(typed);
  put(std::string(clear_line) + last_drawn_);
}

std::size_t screen::room_beside(std::string_view prompt) const {
  std::size_t used = 1;
  for (const auto point : code_points(prompt)) used += columns_of(point);
  const auto all = columns();
  return all > used ? all - used : 0;
}

void screen::restore() noexcept {
  if (!saved_) return;
  put(clear_line);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &*saved_);
  saved_.reset();
}

bool screen::put(std::string_view bytes) {
  while (!bytes.empty() && !broken_) {
    const auto written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      broken_ = true;
    } else {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  return !broken_;
}

}  // namespace parley::cli
