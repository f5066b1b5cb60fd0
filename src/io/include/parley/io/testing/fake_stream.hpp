// Byte streams without sockets: two ends in memory that misbehave as a test scripts it.
#pragma once

#include <parley/base/random.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/stream.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace parley::io::testing {

/// How one end behaves. The defaults are a perfect stream.
struct fake_script {
  std::size_t read_most{SIZE_MAX};                  ///< bytes that one read gives at most
  std::size_t write_step{SIZE_MAX};                 ///< bytes that a write moves before the other side may run
  std::optional<std::size_t> break_after_read{};    ///< reading fails once so many bytes were read
  std::optional<std::size_t> break_after_written{}; ///< writing fails once so many bytes were taken; they reach the other end
  bool blackhole{false};                            ///< writes succeed and go nowhere: a half-open connection
  bool stuck{false};                                ///< writes never finish: a peer that does not read
  bool stalled{false};                              ///< what stalled() says
  std::optional<random_source> chaos{};             ///< seeded: random chunk sizes below the ones above, and random turns of the executor in between
};

/// Bytes on their way in one direction.
struct fake_pipe {
  explicit fake_pipe(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
  std::deque<std::uint8_t> bytes;
  signal changed;
  bool ended{false};  // by the writer's end closing
};

/// One end. `script` may be changed at any time.
class fake_stream final : public byte_stream {
 public:
  fake_stream(boost::asio::any_io_executor executor, std::shared_ptr<fake_pipe> in, std::shared_ptr<fake_pipe> out,
              std::shared_ptr<fake_script> script, std::string peer)
      : executor_(std::move(executor)), in_(std::move(in)), out_(std::move(out)), script_(std::move(script)), peer_(std::move(peer)) {}
  ~fake_stream() override { shut(); }

  task<result<std::size_t>> read_some(std::span<std::uint8_t> into) override {
    auto& in = *in_;
    co_await random_turns();
    while (!closed_ && in.bytes.empty() && !in.ended && !read_is_broken()) {
      const auto why = co_await in.changed.wait();
      if (why != wake_reason::notified) break;
    }
    if (closed_) co_return fail(errc::disconnected, "closed on this side");
    if (read_is_broken()) co_return fail(errc::disconnected, peer_ + " broke while reading");
    if (in.bytes.empty()) co_return fail(errc::disconnected, peer_ + " closed the connection");
    auto count = std::min({into.size(), in.bytes.size(), script_->read_most});
    if (script_->break_after_read) count = std::min(count, *script_->break_after_read - read_);
    if (script_->chaos) count = 1 + static_cast<std::size_t>(script_->chaos->below(count));
    std::copy_n(in.bytes.begin(), count, into.begin());
    in.bytes.erase(in.bytes.begin(), in.bytes.begin() + static_cast<std::ptrdiff_t>(count));
    read_ += count;
    co_return count;
  }

  task<result<void>> write_all(byte_view from) override {
    auto& out = *out_;
    ++writes_;
    while (script_->stuck && !closed_) {
      const auto why = co_await in_->changed.wait();
      if (why != wake_reason::notified) break;
    }
    while (!from.empty()) {
      co_await random_turns();
      if (closed_) co_return fail(errc::disconnected, "closed on this side");
      auto count = std::min(from.size(), script_->write_step);
      if (script_->chaos) count = 1 + static_cast<std::size_t>(script_->chaos->below(count));
      if (script_->break_after_written) count = std::min(count, *script_->break_after_written - std::min(*script_->break_after_written, written_));
      const auto part = from.first(count);
      if (!script_->blackhole && !out.ended) out.bytes.insert(out.bytes.end(), part.begin(), part.end());
      out.changed.notify_all();
      written_ += count;
      from = from.subspan(count);
      if (script_->break_after_written && written_ >= *script_->break_after_written) {
        out.ended = true;
        co_return fail(errc::disconnected, peer_ + " broke while writing");
      }
      if (!from.empty()) co_await turn();
    }
    co_return result<void>();
  }

  void close() noexcept override { shut(); }
  [[nodiscard]] bool stalled() const noexcept override {
    ++looks_;
    return script_->stalled;
  }
  [[nodiscard]] boost::asio::any_io_executor executor() const override { return executor_; }
  [[nodiscard]] const std::string& peer_name() const noexcept override { return peer_; }
  [[nodiscard]] const std::string& local_name() const noexcept override { return local_; }
  /// Calls of write_all so far.
  [[nodiscard]] std::size_t writes() const noexcept { return writes_; }
  /// Calls of stalled() so far.
  [[nodiscard]] std::size_t looks() const noexcept { return looks_; }

 private:
  task<> turn() {
    boost::system::error_code ignored;
    co_await boost::asio::post(executor_, boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
  task<> random_turns() {
    for (auto left = script_->chaos ? script_->chaos->below(4) : 0; left > 0; --left) co_await turn();
  }
  [[nodiscard]] bool read_is_broken() const noexcept {
    return script_->break_after_read && read_ >= *script_->break_after_read;
  }
  void shut() noexcept {
    if (std::exchange(closed_, true)) return;
    if (!script_->blackhole) out_->ended = true;
    out_->changed.notify_all();
    in_->changed.notify_all();
  }

  boost::asio::any_io_executor executor_;
  std::shared_ptr<fake_pipe> in_;
  std::shared_ptr<fake_pipe> out_;
  std::shared_ptr<fake_script> script_;
  bool closed_{false};
  std::string peer_;
  std::string local_{"fake:0"};
  std::size_t read_{0};
  std::size_t written_{0};
  std::size_t writes_{0};
  mutable std::size_t looks_{0};
};

/// Two connected ends and their scripts.
struct fake_pair {
  std::unique_ptr<fake_stream> near;
  std::unique_ptr<fake_stream> far;
  std::shared_ptr<fake_script> near_script;
  std::shared_ptr<fake_script> far_script;
};

[[nodiscard]] inline fake_pair make_fake_pair(boost::asio::any_io_executor executor, fake_script near = {}, fake_script far = {}) {
  const auto there = std::make_shared<fake_pipe>(executor);
  const auto back = std::make_shared<fake_pipe>(executor);
  fake_pair out;
  out.near_script = std::make_shared<fake_script>(std::move(near));
  out.far_script = std::make_shared<fake_script>(std::move(far));
  out.near = std::make_unique<fake_stream>(executor, back, there, out.near_script, "far:1");
  out.far = std::make_unique<fake_stream>(executor, there, back, out.far_script, "near:1");
  return out;
}

/// A connector whose every connect is answered by a function of the test.
class fake_connector final : public connector {
 public:
  using answer = std::function<task<result<std::unique_ptr<byte_stream>>>(endpoint, steady_time)>;
  explicit fake_connector(answer with) : with_(std::move(with)) {}
  task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, steady_time deadline) override {
    ++attempts_;
    return with_(std::move(to), deadline);
  }
  [[nodiscard]] std::size_t attempts() const noexcept { return attempts_; }

 private:
  answer with_;
  std::size_t attempts_{0};
};

}  // namespace parley::io::testing
