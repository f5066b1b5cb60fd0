// HTTP over connections that come: bounded in number, size and time.
#include "http/http_server.hpp"

#include "http/http_reader.hpp"

#include <parley/base/clock.hpp>
#include <parley/io/deadline.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace parley::ops {
namespace {

constexpr milliseconds accept_pause{100};
constexpr milliseconds linger_at_most{200};
constexpr std::size_t lingered_bytes = 65'536;

steady_time after(milliseconds patience) { return system_clock().steady_now() + patience; }

io::task<result<http_request>> next_request(io::byte_stream& from, http_reader& reader, steady_time deadline) {
  while (true) {
    auto asked = reader.next();
    if (!asked) co_return std::move(asked).error();
    if (*asked) co_return std::move(**asked);
    auto reading = from.read_some(reader.room());
    const auto got = co_await io::wait_for(std::move(reading), deadline, "the request");
    if (!got) co_return got.error();
    reader.took(*got);
  }
}

io::task<bool> send(io::byte_stream& to, const std::string& text, milliseconds patience) {
  auto writing = to.write_all(as_bytes(text));
  const auto sent = co_await io::wait_for(std::move(writing), after(patience), "the answer");
  co_return sent.has_value();
}

/// What a request that could not be read is told; nothing for a peer that has gone or never said a word.
std::optional<http_answer> refusal_of(const error& why, bool idle) {
  if (why.code == errc::malformed) return plain_answer(400);
  if (why.code == errc::too_large) return plain_answer(431);
  if (why.code == errc::timed_out && !idle) return plain_answer(408);
  return std::nullopt;
}

/// Closing while bytes of the peer are unread would reset the connection, and it might never see the answer.
io::task<void> linger(io::byte_stream& on) {
  const auto deadline = after(linger_at_most);
  std::array<std::uint8_t, 4096> ignored{};
  for (std::size_t left = lingered_bytes; left > 0;) {
    auto reading = on.read_some(ignored);
    const auto got = co_await io::wait_for(std::move(reading), deadline, "the rest");
    if (!got) co_return;
    left -= std::min(left, *got);
  }
}

}  // namespace

/// Counts a connection in, and out wherever it ends, be it after the server.
class http_server::place {
 public:
  explicit place(std::shared_ptr<std::size_t> open) : open_(std::move(open)) { ++*open_; }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { --*open_; }

 private:
  std::shared_ptr<std::size_t> open_;
};

http_server::http_server(std::unique_ptr<io::acceptor> from, boost::asio::any_io_executor executor, http_limits limits,
                         page pages, logger log)
    : from_(std::move(from)), limits_(limits), pages_(std::move(pages)), log_(std::move(log)), gate_(std::move(executor)) {}

void http_server::start() { gate_.spawn(accept_forever()); }

io::task<bool> http_server::stop(steady_time deadline) {
  from_->close();
  const bool ended = co_await gate_.stop(deadline);
  co_return ended;
}

io::task<void> http_server::accept_forever() {
  while (!gate_.stopping()) {
    auto stream = co_await from_->accept();
    if (!stream && stream.error().code == errc::stopped) co_return;
    if (!stream) {
      // Descriptors come back when connections end; asking again at once would only burn the processor.
      log_.warn("an operations request could not be taken", {{"error", stream.error().message}});
      co_await io::sleep_for(accept_pause);
    } else if (*open_ < limits_.connections) {
      gate_.spawn(serve(std::move(*stream), std::make_unique<place>(open_)));
    }
  }
}

io::task<http_answer> http_server::answer_to(std::string method, std::string path) {
  if (method != "GET" && method != "HEAD") co_return plain_answer(405);
  auto making = pages_(std::move(path));
  auto out = co_await std::move(making);
  co_return out;
}

io::task<void> http_server::serve(std::unique_ptr<io::byte_stream> stream, std::unique_ptr<place> own) {
  http_reader reader(limits_.request_bytes);
  for (std::size_t left = limits_.requests; left > 0 && !gate_.stopping(); --left) {
    const auto asked = co_await next_request(*stream, reader, after(limits_.patience));
    if (!asked) {
      const auto refusal = refusal_of(asked.error(), reader.idle());
      if (!refusal) co_return;
      const auto text = to_bytes(*refusal, {});
      const bool sent = co_await send(*stream, text, limits_.patience);
      if (sent) co_await linger(*stream);
      co_return;
    }
    const auto answer = co_await answer_to(asked->method, asked->path);
    const answer_form form{.keep_alive = asked->keep_alive && left > 1, .head_only = asked->method == "HEAD"};
    const auto text = to_bytes(answer, form);
    const bool sent = co_await send(*stream, text, limits_.patience);
    if (!sent || !form.keep_alive) co_return;
  }
}

}  // namespace parley::ops
