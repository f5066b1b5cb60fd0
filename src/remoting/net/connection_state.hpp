// What a connection holds.
#pragma once

#include "net/completer.hpp"

#include <parley/remoting/exchange/frame_buffer.hpp>
#include <parley/remoting/exchange/outbox.hpp>
#include <parley/remoting/exchange/pending_table.hpp>
#include <parley/remoting/net/connection.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace parley::remoting {

struct connection::state {
  state(std::unique_ptr<io::byte_stream> over, connection_options with)
      : stream(std::move(over)),
        options(std::move(with)),
        executor(stream->executor()),
        counted(options.counted_in ? options.counted_in : std::make_shared<traffic>()),
        in(options.max_frame_bytes),
        out(options.max_unsent_bytes),
        pending(options.max_pending),
        wake_writer(executor, steady_time::max()),
        timer(executor) {}

  /// When the timer has something to do next.
  [[nodiscard]] steady_time next_event() const noexcept {
    auto when = last_activity + options.idle_timeout;
    const auto earliest = pending.earliest_deadline();
    if (!earliest) return when;
    if (options.stall_check.count() > 0) when = std::min(when, next_stall_check);
    return std::min(when, *earliest);
  }
  void wrote() noexcept { last_activity = std::chrono::steady_clock::now(); }
  void read() noexcept {
    wrote();
    // Writing says nothing of the path: the kernel takes bytes long after it has broken.
    next_stall_check = last_activity + options.stall_check;
  }

  std::unique_ptr<io::byte_stream> stream;
  connection_options options;
  boost::asio::any_io_executor executor;
  std::shared_ptr<traffic> counted;
  frame_buffer in;
  outbox out;
  pending_table<waiting_call> pending;
  boost::asio::steady_timer wake_writer;  // never expires: cancelled to say that there is something to write
  boost::asio::steady_timer timer;        // the earliest of deadlines, idle time and stall check
  steady_time armed_for{steady_time::max()};
  steady_time last_activity{};
  steady_time next_stall_check{};
  request_handler on_request;
  close_handler on_close;
  connection_probe probe;
  error why{errc::stopped, "the connection was not started"};  // once closed
  std::int32_t next_oneway_opaque{-1};                         // calls count up from 1: the two meet after 2^31 of either
  bool started{false};
  bool closed{false};
  bool writer_waits{false};
};

/// Calls and handlers may hold the connection that holds them. When its executor is destroyed with a loop of it, nobody else
/// would undo that: this does, as it is destroyed with them. After an orderly end there is nothing left to release.
class connection::release_at_end {
 public:
  release_at_end(std::shared_ptr<connection> self, bool even_when_closed)
      : self_(std::move(self)), even_when_closed_(even_when_closed) {}
  release_at_end(const release_at_end&) = delete;
  release_at_end& operator=(const release_at_end&) = delete;
  ~release_at_end();

 private:
  std::shared_ptr<connection> self_;
  bool even_when_closed_;
};

}  // namespace parley::remoting
