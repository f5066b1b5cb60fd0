// One remoting connection: a duplex, multiplexed byte stream with a pending table. The same type serves caller and listener.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/error.hpp>
#include <parley/base/log.hpp>
#include <parley/io/stream.hpp>
#include <parley/io/task.hpp>
#include <parley/remoting/codec/command.hpp>
#include <parley/remoting/net/traffic.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace parley::remoting {

class completer;

/// Bounds and periods of one connection.
struct connection_options {
  std::size_t max_pending{4096};                    ///< requests awaiting an answer; past it a call fails with `overloaded`
  std::size_t max_unsent_bytes{32U * 1024U * 1024U};  ///< bytes queued for the socket; past it a call fails with `overloaded`
  std::size_t max_frame_bytes{16U * 1024U * 1024U};
  milliseconds idle_timeout{120'000};               ///< nothing read or written for so long: the connection is closed
  /// While calls wait and nothing is read, the stream is asked this often whether its path is gone, and closed if it is:
  /// dialling anew finds a healed path sooner than TCP's ever longer pauses. 0 never asks.
  milliseconds stall_check{500};
  std::shared_ptr<traffic> counted_in{};  ///< what this connection adds to; nothing unless given
  logger log{};
};

/// Plain counters, read on the owning thread.
struct connection_probe {
  std::uint64_t frames_in{0}, frames_out{0}, bytes_in{0}, bytes_out{0};
  std::uint64_t timed_out{0};       ///< calls whose deadline passed; the connection stays
  std::uint64_t unmatched{0};       ///< answers that nobody (any longer) waits for
};

/// The outcome of one call. `written` tells a request of which no byte reached the socket (it provably did not act) from
/// one that may have been acted on.
struct call_outcome {
  result<command> answer;
  bool written{false};
};

/// A connection over a byte stream that is already open. Owned by one executor (one thread): every member must be called
/// there, and handlers run there. Held by shared_ptr because reads and writes in flight keep it alive.
///
/// Calls need start() first. A started connection lives until its stream ends or close(), whoever else holds it.
///
/// Requests are pipelined and matched by opaque; frames queued while a write is under way leave together in the next one.
/// A deadline fails its own call only. When the stream ends, every pending call fails with `disconnected` exactly once.
class connection : public std::enable_shared_from_this<connection> {
 public:
  using completion = std::function<void(call_outcome)>;
  /// Called for each request of the peer. Return the answer, or nothing for a one-way request or none to give;
  /// to answer later keep the shared_ptr and use reply(). The handler must not block.
  using request_handler = std::function<std::optional<command>(const std::shared_ptr<connection>&, command)>;
  using close_handler = std::function<void(const error& why)>;

  static std::shared_ptr<connection> make(std::unique_ptr<io::byte_stream> stream, connection_options options);
  ~connection();

  /// Begins to read. Call once. Both handlers may be empty: requests are then ignored, as Apache's clients do.
  void start(request_handler on_request, close_handler on_close);

  /// Sends a request and completes once: with the answer (whatever its code), `timed_out` at the deadline, `disconnected`,
  /// `overloaded` or `stopped`. Never completes before call() returns. A request that has not reached the socket by its
  /// deadline never will.
  void call(command request, steady_time deadline, completion done);
  /// The same as a coroutine. Cancelling it ends the call with `stopped`.
  io::task<call_outcome> call(command request, steady_time deadline);
  /// Sends with the one-way flag; nothing comes back.
  result<void> send_oneway(command request);
  /// Sends an answer made by respond_to().
  result<void> reply(command response);

  /// Fails all pending calls and closes the stream. Idempotent. Calls fail, and the close handler runs, after it returns:
  /// with `stopped` when that is the code of `why`, else with `disconnected`.
  void close(error why);
  [[nodiscard]] bool closed() const noexcept;
  /// "host:port" of the peer, for messages.
  [[nodiscard]] const std::string& peer() const noexcept;
  /// The address of our end as the peer may see it, "ip:port".
  [[nodiscard]] const std::string& local() const noexcept;
  [[nodiscard]] const connection_probe& probe() const noexcept;
  [[nodiscard]] std::size_t pending() const noexcept;
  /// Bytes queued for the socket or under way to it.
  [[nodiscard]] std::size_t unsent_bytes() const noexcept;

 private:
  struct state;
  class release_at_end;
  explicit connection(std::unique_ptr<state> s);
  static io::task<> read_loop(std::shared_ptr<connection> self);
  static io::task<> write_loop(std::shared_ptr<connection> self);
  void spawn(io::task<> loop);
  std::optional<std::int32_t> submit(command request, steady_time deadline, std::unique_ptr<completer> done);
  result<void> send(const command& frame);
  void wake_writer();
  void take_frames();
  void take_frame(byte_view frame);
  void answer_request(command request);
  void give_up(std::int32_t opaque);
  void arm_timer();
  void on_timer();
  void finish();
  void release();
  std::unique_ptr<state> state_;
};

}  // namespace parley::remoting
