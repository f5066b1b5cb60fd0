// Asking an endpoint, and replies in whatever pieces they come.
#include "http/http_reader.hpp"
#include "unit/io/run.hpp"

#include <parley/io/acceptor.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/ops/http_get.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace parley::ops {
namespace {

using io::far_away;
using io::in_ms;

result<std::optional<http_reply>> read(std::string_view text, bool ended = false) { return read_reply(as_bytes(text), ended); }

TEST(http_reply, is_read_once_all_of_it_has_come) {
  const std::string text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto early = read(std::string_view(text).substr(0, size));
    ASSERT_TRUE(early) << size;
    EXPECT_FALSE(*early) << size;
  }
  const auto whole = read(text);
  ASSERT_TRUE(whole && *whole);
  EXPECT_EQ((*whole)->status, 503);
  EXPECT_EQ((*whole)->body, "hello");
}

TEST(http_reply, without_a_length_ends_with_the_connection) {
  const std::string text = "HTTP/1.0 200 OK\r\n\r\nhello";
  EXPECT_FALSE(read(text).value());
  const auto whole = read(text, true);
  ASSERT_TRUE(whole && *whole);
  EXPECT_EQ((*whole)->body, "hello");
}

TEST(http_reply, is_no_garbage_and_no_half) {
  EXPECT_EQ(read("\x15\x03\x03", true).error().code, errc::malformed);
  EXPECT_EQ(read("SSH-2.0-OpenSSH_9.2\r\n").error().code, errc::malformed);
  EXPECT_EQ(read("", true).error().code, errc::malformed);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", true).error().code, errc::malformed);
}

/// Takes one connection, says `text` and then nothing.
io::task<> say_once(io::acceptor& on, std::string text) {
  auto stream = co_await on.accept();
  if (!stream) co_return;
  auto sent = co_await (*stream)->write_all(as_bytes(text));
  bytes rest(1024);
  while (sent) {
    auto count = co_await (*stream)->read_some(rest);
    if (!count) break;
  }
}

io::task<result<http_reply>> ask_one_that_says(boost::asio::io_context& context, std::string text, steady_time deadline) {
  auto listening = io::make_tcp_acceptor(context.get_executor(), endpoint{.host = "127.0.0.1", .port = 0});
  io::task_gate gate(context.get_executor());
  gate.spawn(say_once(**listening, std::move(text)));
  auto reply = co_await http_get((*listening)->local(), "/ready", deadline);
  co_await gate.stop(far_away());
  co_return reply;
}

TEST(http_get, gives_status_and_body) {
  io::run([](boost::asio::io_context& context) -> io::task<> {
    auto reply = co_await ask_one_that_says(context, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", far_away());
    EXPECT_TRUE(reply);
    if (!reply) co_return;
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, "{}");
  });
}

TEST(http_get, is_bounded_in_time_and_size) {
  io::run([](boost::asio::io_context& context) -> io::task<> {
    auto silent = co_await ask_one_that_says(context, "HTTP/1.1 200", in_ms(50));
    EXPECT_EQ(silent.error().code, errc::timed_out);
    const auto endless = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x');
    auto large = co_await ask_one_that_says(context, endless, far_away());
    EXPECT_EQ(large.error().code, errc::too_large);
  });
}

TEST(http_get, says_that_nobody_listens) {
  io::run([](boost::asio::io_context& context) -> io::task<> {
    auto listening = io::make_tcp_acceptor(context.get_executor(), endpoint{.host = "127.0.0.1", .port = 0});
    const auto closed = (*listening)->local();
    (*listening)->close();
    auto reply = co_await http_get(closed, "/ready", far_away());
    EXPECT_EQ(reply.error().fault, link_fault::nobody_listens);
  });
}

}  // namespace
}  // namespace parley::ops
