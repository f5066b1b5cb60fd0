// Standard input as pieces of bytes on the program's thread.
#include "terminal/input.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace parley::cli {

namespace {

constexpr std::size_t piece_bytes = 4096;

}  // namespace

input::input(boost::asio::any_io_executor back, arrived on_arrival) : back_(std::move(back)), on_arrival_(std::move(on_arrival)) {
  if (::pipe2(wake_, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  thread_ = std::thread([this] { read_all(); });
}

input::~input() {
  {
    const std::lock_guard lock(guard_);
    ending_ = true;
    changed_.notify_one();
  }
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
}

void input::more() {
  const std::lock_guard lock(guard_);
  wanted_ = true;
  changed_.notify_one();
}

bool input::wait_readable() const {
  std::array<pollfd, 2> both{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{wake_[0], POLLIN, 0}};
  while (::poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
  }
  return both[1].revents == 0;
}

void input::read_all() {
  // Signals belong to the program's thread.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::array<char, piece_bytes> buffer{};
  while (true) {
    {
      std::unique_lock lock(guard_);
      changed_.wait(lock, [this] { return wanted_ || ending_; });
      if (ending_) return;
      wanted_ = false;
    }
    if (!wait_readable()) return;
    ssize_t count = -1;
    do count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    while (count < 0 && errno == EINTR);
    const std::size_t size = count > 0 ? static_cast<std::size_t>(count) : 0;
    boost::asio::post(back_, [arrived = on_arrival_, piece = std::string(buffer.data(), size)]() mutable { arrived(std::move(piece)); });
    if (size == 0) return;
  }
}

}  // namespace parley::cli
