// The frames that wait for the socket, encoded, in order. Pure: no socket.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::remoting {

/// Frames are encoded straight into one buffer, and leave from another as long runs of bytes, so that a run under way stays
/// where it is while more is added, and what was added meanwhile leaves together.
///
/// A frame is *handed* from the moment that a run with any of its bytes has been given out. Until then it can be taken back.
class outbox {
 public:
  /// Counts all frames from the first one.
  using sequence = std::uint64_t;

  explicit outbox(std::size_t max_unsent_bytes) noexcept : max_unsent_bytes_(max_unsent_bytes) {}

  /// Encodes and queues. `overloaded` when the bytes that wait would pass the bound (a frame on its own always fits), else
  /// encode_frame's errors; nothing is queued then.
  result<sequence> push(const command& frame);
  /// Takes a frame back that has not been handed. False when it has.
  bool cancel(sequence frame) noexcept;
  [[nodiscard]] bool handed(sequence frame) const noexcept { return frame < next_handed_; }

  /// The next bytes to write, at most `max_run_bytes`; empty when there are none. They stay where they are until done(), which comes before
  /// the next call. A run need not end with a frame.
  [[nodiscard]] byte_view next_run();
  /// The bytes of the last run have been written.
  void done() noexcept;

  /// Bytes that have not been written yet, those of the run under way included.
  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return filling_.live + leaving_.live; }
  /// Frames that have begun to leave.
  [[nodiscard]] std::uint64_t frames_handed() const noexcept { return next_handed_ - cancelled_; }

  /// Small enough that a slow path shows progress within the idle time, large enough that system calls do not count.
  static constexpr std::size_t max_run_bytes = std::size_t{256} * 1024;

 private:
  struct frame {
    std::uint32_t size;
    bool cancelled;
  };
  struct batch {
    bytes data;
    std::vector<frame> frames;
    std::size_t live{0};  // bytes of frames that are neither cancelled nor written
    void clear() noexcept;
  };
  void skip_cancelled() noexcept;

  std::size_t max_unsent_bytes_;
  batch filling_;
  batch leaving_;
  std::size_t leaving_frame_{0};     // the first frame of leaving_ with bytes not in a run yet
  std::size_t leaving_byte_{0};      // where the next run begins
  std::size_t frame_rest_{0};        // bytes of leaving_frame_ still to go, when it was begun
  std::size_t run_{0};               // size of the run under way
  sequence first_filling_{0};        // number of filling_.frames[0]
  sequence first_leaving_{0};
  sequence next_handed_{0};
  std::uint64_t cancelled_{0};
};

}  // namespace parley::remoting
