// Two batches: one is filled while the other leaves.
#include <parley/remoting/exchange/outbox.hpp>

#include <parley/remoting/codec/frame.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::remoting {
namespace {

// An empty batch larger than this gives its memory back.
constexpr std::size_t keep_capacity = std::size_t{256} * 1024;
constexpr std::size_t keep_frames = 4096;

}  // namespace

void outbox::batch::clear() noexcept {
  data.clear();
  frames.clear();
  if (data.capacity() > keep_capacity) bytes().swap(data);
  if (frames.capacity() > keep_frames) std::vector<frame>().swap(frames);
  live = 0;
}

result<outbox::sequence> outbox::push(const command& in) {
  const auto waiting = unsent_bytes();
  const auto refuse = [&](std::size_t more) {
    return fail(errc::overloaded,
                fmt::format("{} bytes wait to be sent, {} more would pass the bound of {}", waiting, more, max_unsent_bytes_));
  };
  // Before a large body is copied in vain.
  if (waiting > 0 && waiting + in.body.size() > max_unsent_bytes_) return refuse(in.body.size());
  const auto before = filling_.data.size();
  auto encoded = encode_frame(in, filling_.data);
  if (!encoded) return encoded.error();
  const auto size = filling_.data.size() - before;
  if (waiting > 0 && waiting + size > max_unsent_bytes_) {
    filling_.data.resize(before);
    return refuse(size);
  }
  filling_.frames.push_back(frame{.size = static_cast<std::uint32_t>(size), .cancelled = false});
  filling_.live += size;
  return first_filling_ + filling_.frames.size() - 1;
}

bool outbox::cancel(sequence number) noexcept {
  if (handed(number)) return false;
  auto& in = number >= first_filling_ ? filling_ : leaving_;
  const auto first = number >= first_filling_ ? first_filling_ : first_leaving_;
  if (number - first >= in.frames.size()) return false;
  auto& found = in.frames[static_cast<std::size_t>(number - first)];
  if (!found.cancelled) in.live -= found.size;
  found.cancelled = true;
  return true;
}

void outbox::skip_cancelled() noexcept {
  while (frame_rest_ == 0 && leaving_frame_ < leaving_.frames.size() && leaving_.frames[leaving_frame_].cancelled) {
    leaving_byte_ += leaving_.frames[leaving_frame_++].size;
    ++next_handed_;
    ++cancelled_;
  }
}

byte_view outbox::next_run() {
  skip_cancelled();
  if (leaving_frame_ == leaving_.frames.size()) {
    first_leaving_ = first_filling_;
    first_filling_ += filling_.frames.size();
    leaving_.clear();
    std::swap(leaving_, filling_);
    leaving_frame_ = leaving_byte_ = 0;
    skip_cancelled();
  }
  run_ = 0;
  while (leaving_frame_ < leaving_.frames.size() && run_ < max_run_bytes) {
    const auto& next = leaving_.frames[leaving_frame_];
    if (frame_rest_ == 0) {
      if (next.cancelled) break;
      frame_rest_ = next.size;
      ++next_handed_;
    }
    const auto part = std::min(frame_rest_, max_run_bytes - run_);
    run_ += part;
    frame_rest_ -= part;
    if (frame_rest_ == 0) ++leaving_frame_;
  }
  const byte_view out(leaving_.data.data() + leaving_byte_, run_);
  leaving_byte_ += run_;
  return out;
}

void outbox::done() noexcept {
  leaving_.live -= run_;
  run_ = 0;
}

}  // namespace parley::remoting
