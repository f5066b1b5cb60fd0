// A contiguous buffer that is read at its front and filled at its end.
#include <parley/remoting/exchange/frame_buffer.hpp>

#include <parley/remoting/codec/frame.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace parley::remoting {
namespace {

constexpr std::size_t least_chunk = std::size_t{4} * 1024;
constexpr std::size_t most_chunk = std::size_t{64} * 1024;
// An empty buffer larger than this gives its memory back.
constexpr std::size_t keep_capacity = std::size_t{256} * 1024;

}  // namespace

frame_buffer::frame_buffer(std::size_t max_frame_bytes) noexcept
    : max_frame_bytes_(std::min(max_frame_bytes, limits::frame_bytes)), chunk_(least_chunk) {}

std::span<std::uint8_t> frame_buffer::prepare() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ > keep_capacity) {
      storage_.reset();
      capacity_ = 0;
    }
  }
  if (capacity_ - end_ < chunk_) make_room();
  return {storage_.get() + end_, capacity_ - end_};
}

void frame_buffer::make_room() {
  const auto held = size();
  // Moving the rest to the front is paid for when at least as much has been taken off before; else the buffer doubles.
  if (begin_ >= held && capacity_ - held >= chunk_) {
    std::memmove(storage_.get(), storage_.get() + begin_, held);
    begin_ = 0;
    end_ = held;
    return;
  }
  reallocate(held + std::max(held, chunk_));
}

void frame_buffer::reallocate(std::size_t capacity) {
  auto fresh = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  const auto held = size();
  if (held > 0) std::memcpy(fresh.get(), storage_.get() + begin_, held);
  storage_ = std::move(fresh);
  capacity_ = capacity;
  begin_ = 0;
  end_ = held;
}

void frame_buffer::commit(std::size_t count) noexcept {
  assert(count <= capacity_ - end_);
  if (count == capacity_ - end_) chunk_ = std::min(chunk_ * 2, most_chunk);
  end_ += count;
}

void frame_buffer::feed(byte_view in) {
  while (!in.empty()) {
    const auto space = prepare();
    const auto count = std::min(space.size(), in.size());
    std::memcpy(space.data(), in.data(), count);
    commit(count);
    in = in.subspan(count);
  }
}

result<std::optional<byte_view>> frame_buffer::next() {
  const byte_view held(storage_.get() + begin_, size());
  auto size = frame_size(held);
  if (!size) return size.error();
  if (*size > max_frame_bytes_) {
    return fail(errc::too_large, fmt::format("a frame of {} bytes is announced, at most {} are taken", *size, max_frame_bytes_));
  }
  if (*size == 0 || held.size() < *size) return std::optional<byte_view>();
  begin_ += *size;
  return std::optional<byte_view>(held.first(*size));
}

}  // namespace parley::remoting
