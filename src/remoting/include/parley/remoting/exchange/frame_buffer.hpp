// Cuts a byte stream into frames. Pure: no socket, no clock.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/base/limits.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace parley::remoting {

/// Collects received bytes in whatever pieces they come and yields whole frames, length field included.
///
///     const auto space = buffer.prepare();
///     buffer.commit(read(space));
///     while (true) {
///       auto frame = buffer.next();          // a result<optional<byte_view>>
///       if (!frame || !*frame) break;
///       handle(**frame);                     // valid until the next prepare() or feed()
///     }
///
/// Memory follows what was received, not what a length field promises: it is at most twice the bytes held plus 64 KiB, and
/// shrinks again after a large frame. Each byte is moved a bounded number of times on average, however small the pieces.
class frame_buffer {
 public:
  explicit frame_buffer(std::size_t max_frame_bytes = limits::frame_bytes) noexcept;

  /// Room for the next read, never empty.
  [[nodiscard]] std::span<std::uint8_t> prepare();
  /// `count` bytes were put at the start of what prepare() gave; no more than its size.
  void commit(std::size_t count) noexcept;
  /// prepare and commit for bytes that lie elsewhere.
  void feed(byte_view in);

  /// The next whole frame, or nothing until more bytes come. `malformed` or `too_large` for a length that no frame has: the
  /// stream is then out of step for good and every further call fails alike.
  result<std::optional<byte_view>> next();

  /// Bytes received and not yet yielded.
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  void make_room();
  void reallocate(std::size_t capacity);

  std::size_t max_frame_bytes_;
  std::unique_ptr<std::uint8_t[]> storage_;
  std::size_t capacity_{0};
  std::size_t begin_{0};
  std::size_t end_{0};
  std::size_t chunk_;  // what prepare() offers at least; grows while reads fill it
};

}  // namespace parley::remoting
