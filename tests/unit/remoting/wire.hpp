// A connection over a fake stream and the peer at its other end, driven by hand.
#pragma once

#include "unit/io/run.hpp"

#include <parley/io/testing/fake_stream.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/exchange/frame_buffer.hpp>
#include <parley/remoting/net/connection.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::remoting {

[[nodiscard]] inline bytes frame_bytes(const command& in) {
  bytes out;
  EXPECT_TRUE(encode_frame(in, out));
  return out;
}

[[nodiscard]] inline command request_of(std::int32_t code, const std::string& topic = "orders", std::size_t body = 0) {
  command out{.code = code};
  out.fields.set("topic", topic);
  out.body.assign(body, 7);
  return out;
}

/// Collects the outcomes of calls made with callbacks.
struct outcomes {
  std::vector<call_outcome> all;
  [[nodiscard]] connection::completion next() {
    return [this](call_outcome one) { all.push_back(std::move(one)); };
  }
  [[nodiscard]] std::size_t size() const { return all.size(); }
  [[nodiscard]] errc code(std::size_t i) const { return all.at(i).answer.error().code; }
};

/// The far end, as raw frames.
class far_end {
 public:
  explicit far_end(std::unique_ptr<io::testing::fake_stream> stream) : stream_(std::move(stream)) {}

  io::task<> send(bytes raw) {
    auto sent = co_await stream_->write_all(raw);
    (void)sent;  // the near end may have closed
  }
  io::task<> answer(command request, std::int32_t code = response_code::success) {
    auto raw = frame_bytes(respond_to(request, code));
    co_await send(std::move(raw));
  }
  /// The next request; nothing at the end of the stream.
  io::task<std::optional<command>> receive() {
    while (true) {
      auto frame = framing_.next();
      EXPECT_TRUE(frame);
      if (*frame) co_return decode_frame(**frame).value();
      bytes space(4096);
      auto count = co_await stream_->read_some(space);
      if (!count) co_return std::nullopt;
      framing_.feed(byte_view(space).first(*count));
    }
  }
  void close() { stream_->close(); }
  /// As a peer that is gone: nothing arrives any more, nothing is said.
  [[nodiscard]] io::testing::fake_stream& stream() { return *stream_; }

 private:
  std::unique_ptr<io::testing::fake_stream> stream_;
  frame_buffer framing_;
};

/// Both ends and what was reported about the near one.
struct wire {
  explicit wire(boost::asio::io_context& context, connection_options options = {}, io::testing::fake_script near_script = {},
                io::testing::fake_script far_script = {})
      : pair(io::testing::make_fake_pair(context.get_executor(), std::move(near_script), std::move(far_script))),
        near_stream(pair.near.get()), far(std::move(pair.far)), near(connection::make(std::move(pair.near), std::move(options))) {}
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;
  ~wire() { near->close(fail(errc::stopped, "the test is over")); }

  void start(connection::request_handler on_request = {}) {
    near->start(std::move(on_request), [told = closed_with](const error& why) { told->push_back(why); });
  }
  [[nodiscard]] const std::vector<error>& closed() const { return *closed_with; }

  io::testing::fake_pair pair;
  io::testing::fake_stream* near_stream;
  far_end far;
  std::shared_ptr<connection> near;
  std::shared_ptr<std::vector<error>> closed_with{std::make_shared<std::vector<error>>()};
};

}  // namespace parley::remoting
