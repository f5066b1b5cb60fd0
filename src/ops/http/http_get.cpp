// Asking another program's operations endpoint.
#include <parley/ops/http_get.hpp>

#include "http/http_reader.hpp"

#include <parley/io/deadline.hpp>
#include <parley/io/stream.hpp>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <utility>

namespace parley::ops {
namespace {

constexpr std::size_t reply_bytes = 65'536;

io::task<result<http_reply>> exchange(endpoint from, std::string path, steady_time deadline) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto connecting = io::make_tcp_connector(executor);
  auto stream = co_await connecting->connect(from, deadline);
  if (!stream) co_return std::move(stream).error();
  const auto asked = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", path, from.to_string());
  auto sent = co_await (*stream)->write_all(as_bytes(asked));
  if (!sent) co_return std::move(sent).error();
  bytes held(reply_bytes);
  std::size_t filled = 0;
  while (filled < held.size()) {
    auto count = co_await (*stream)->read_some(std::span(held).subspan(filled));
    if (count) filled += *count;
    auto reply = read_reply(byte_view(held).first(filled), !count);
    if (!reply) co_return std::move(reply).error();
    if (*reply) co_return std::move(**reply);
  }
  co_return fail(errc::too_large, fmt::format("{} sends more than {} bytes", from.to_string(), held.size()));
}

}  // namespace

io::task<result<http_reply>> http_get(endpoint from, std::string path, steady_time deadline) {
  auto what = fmt::format("asking {} for {}", from.to_string(), path);
  auto reply = co_await io::wait_for(exchange(std::move(from), std::move(path), deadline), deadline, std::move(what));
  co_return reply;
}

}  // namespace parley::ops
