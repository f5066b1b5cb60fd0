// Listener and dialer over real sockets: the same connection type at both ends.
#include "unit/remoting/wire.hpp"

#include <parley/io/acceptor.hpp>
#include <parley/io/deadline.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/remoting/net/dialer.hpp>
#include <parley/remoting/net/listener.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <thread>

namespace parley::remoting {
namespace {

using boost::asio::ip::tcp;
using io::far_away;
using io::in_ms;
using io::run;
using io::settle;
using testing::HasSubstr;

const endpoint any_port{.host = "127.0.0.1", .port = 0};

std::optional<command> echo(const std::shared_ptr<connection>&, const command& request) {
  auto out = respond_to(request, response_code::success);
  out.fields = request.fields;
  out.body = request.body;
  return out;
}

std::unique_ptr<listener> listen(boost::asio::io_context& context, endpoint on = any_port, listener_options options = {},
                                 listener_handlers handlers = {.on_request = echo}) {
  auto taken = io::make_tcp_acceptor(context.get_executor(), on);
  EXPECT_TRUE(taken) << taken.error().message;
  auto out = std::make_unique<listener>(std::move(taken).value(), context.get_executor(), std::move(options), std::move(handlers));
  out->start();
  return out;
}

std::unique_ptr<dialer> dial(boost::asio::io_context& context, dialer_options options = {}) {
  return std::make_unique<dialer>(io::make_tcp_connector(context.get_executor()), context.get_executor(), std::move(options),
                                  random_source(1), system_clock());
}

io::task<> call_into(dialer& with, endpoint to, command request, outcomes& into) {
  auto outcome = co_await with.call(std::move(to), std::move(request), far_away());
  into.all.push_back(std::move(outcome));
}

io::task<> until(std::function<bool()> holds) {
  while (!holds()) {
    const auto slept = co_await io::sleep_for(milliseconds(1));
    if (!slept) break;
  }
}

TEST(loopback, carries_many_calls_at_once_of_all_sizes) {
  run([](boost::asio::io_context& context) -> io::task<> {
    const auto serving = listen(context);
    const auto dialling = dial(context);
    io::task_gate gate(context.get_executor());
    outcomes got;
    for (std::size_t i = 0; i < 500; ++i) {
      gate.spawn(call_into(*dialling, serving->local(), request_of(10, std::to_string(i), i % 50 == 0 ? 400'000 : i), got));
    }
    co_await until([&] { return got.size() == 500; });
    for (const auto& one : got.all) {
      EXPECT_TRUE(one.answer);
      const auto i = std::stoul(std::string(one.answer->fields.text("topic")));
      EXPECT_EQ(one.answer->body.size(), i % 50 == 0 ? 400'000 : i);
    }
    EXPECT_EQ(serving->probe().accepted, 1U);
    EXPECT_EQ(serving->connections(), 1U);
    dialling->close();
    co_await until([&] { return serving->connections() == 0; });
    const bool drained = co_await serving->stop(far_away());
    EXPECT_TRUE(drained);
  });
}

TEST(loopback, works_between_threads) {
  boost::asio::io_context far_context(1);
  const auto serving = listen(far_context);
  const auto address = serving->local();
  std::thread far_thread([&] { far_context.run(); });
  run([&](boost::asio::io_context& context) -> io::task<> {
    const auto dialling = dial(context);
    outcomes got;
    for (int i = 0; i < 300; ++i) co_await call_into(*dialling, address, request_of(10), got);
    for (const auto& one : got.all) EXPECT_TRUE(one.answer);
    dialling->close();
    co_await settle();
  });
  boost::asio::post(far_context, [&] { serving->close(); });
  far_thread.join();
}

TEST(loopback, resumes_when_the_listener_is_back_on_its_port) {
  run([](boost::asio::io_context& context) -> io::task<> {
    auto serving = listen(context);
    const auto address = serving->local();
    const auto dialling = dial(context);
    std::size_t lost = 0;
    dialling->on_lost([&](const endpoint& which, const error&) {
      EXPECT_EQ(which, address);
      ++lost;
    });
    outcomes got;
    for (std::size_t round = 0; round < 3; ++round) {
      got.all.clear();
      co_await call_into(*dialling, address, request_of(10), got);
      EXPECT_TRUE(got.all.at(0).answer);
      const bool drained = co_await serving->stop(far_away());
      EXPECT_TRUE(drained);
      co_await until([&] { return lost == round + 1; });
      co_await call_into(*dialling, address, request_of(10), got);
      EXPECT_EQ(got.code(1), errc::unreachable);
      EXPECT_THAT(got.all[1].answer.error().message, HasSubstr(address.to_string()));
      serving = listen(context, address);
    }
    dialling->close();
    serving->close();
    co_await settle();
  });
}

tcp::socket raw_client(boost::asio::io_context& context, const endpoint& to) {
  tcp::socket out(context);
  out.connect(tcp::endpoint(boost::asio::ip::make_address(to.host), to.port));
  return out;
}

void reset(tcp::socket& which) {
  which.set_option(tcp::socket::linger(true, 0));
  which.close();
}

TEST(loopback, a_reset_in_the_middle_of_a_request_ends_that_connection_only) {
  run([](boost::asio::io_context& context) -> io::task<> {
    std::vector<error> ended;
    const auto serving = listen(context, any_port, {},
                                {.on_request = echo, .on_close = [&](const auto&, const error& why) { ended.push_back(why); }});
    auto raw = raw_client(context, serving->local());
    const auto frame = frame_bytes(request_of(10));
    boost::asio::write(raw, boost::asio::buffer(frame.data(), frame.size() / 2));
    co_await until([&] { return serving->connections() == 1; });
    reset(raw);
    co_await until([&] { return serving->connections() == 0; });
    EXPECT_EQ(ended.at(0).code, errc::disconnected);
    const auto dialling = dial(context);
    outcomes got;
    co_await call_into(*dialling, serving->local(), request_of(10), got);
    EXPECT_TRUE(got.all.at(0).answer);
    dialling->close();
    serving->close();
    co_await settle();
  });
}

// Accepts one connection, reads the request, says the first bytes of the answer, and resets.
io::task<> answer_half_and_reset(tcp::acceptor& from, std::size_t part) {
  auto socket = co_await from.async_accept(boost::asio::use_awaitable);
  bytes space(4096);
  const auto count = co_await socket.async_read_some(boost::asio::buffer(space), boost::asio::use_awaitable);
  const auto request = decode_frame(byte_view(space).first(count)).value();
  const auto answer = frame_bytes(respond_to(request, response_code::success));
  boost::asio::write(socket, boost::asio::buffer(answer.data(), part));
  // Only what has arrived can be read before a reset.
  co_await io::sleep_for(milliseconds(2));
  reset(socket);
}

TEST(loopback, a_reset_in_the_middle_of_an_answer_leaves_the_outcome_unknown) {
  for (const std::size_t part : {0U, 1U, 3U, 4U, 9U, 30U}) {
    run([part](boost::asio::io_context& context) -> io::task<> {
      tcp::acceptor raw(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
      const endpoint address{.host = "127.0.0.1", .port = raw.local_endpoint().port()};
      io::task_gate gate(context.get_executor());
      gate.spawn(answer_half_and_reset(raw, part));
      const auto dialling = dial(context);
      outcomes got;
      co_await call_into(*dialling, address, request_of(10), got);
      EXPECT_EQ(got.code(0), errc::disconnected);
      EXPECT_TRUE(got.all[0].written);
      dialling->close();
      co_await settle();
    });
  }
}

TEST(loopback, a_peer_that_says_nothing_is_dropped_after_the_idle_time) {
  run([](boost::asio::io_context& context) -> io::task<> {
    std::vector<error> ended;
    listener_options options;
    options.connection.idle_timeout = milliseconds(20);
    const auto serving = listen(context, any_port, options,
                                {.on_close = [&](const auto&, const error& why) { ended.push_back(why); }});
    const auto raw = raw_client(context, serving->local());
    co_await until([&] { return !ended.empty(); });
    EXPECT_THAT(ended[0].message, HasSubstr("idle"));
    serving->close();
    co_await settle();
  });
}

TEST(loopback, garbage_and_oversize_prefixes_end_the_connection) {
  for (const auto* hex : {"7FFFFFFF", "80000000", "16030100", "47455420"}) {
    run([hex](boost::asio::io_context& context) -> io::task<> {
      std::vector<error> ended;
      const auto serving = listen(context, any_port, {}, {.on_close = [&](const auto&, const error& why) { ended.push_back(why); }});
      auto raw = raw_client(context, serving->local());
      const auto start = from_hex(hex).value();
      boost::asio::write(raw, boost::asio::buffer(start));
      co_await until([&] { return !ended.empty(); });
      const auto local = raw.local_endpoint();
      EXPECT_THAT(ended[0].message, HasSubstr("127.0.0.1:" + std::to_string(local.port())));
      serving->close();
      co_await settle();
    });
  }
}

TEST(listener, bounds_its_connections) {
  run([](boost::asio::io_context& context) -> io::task<> {
    const auto serving = listen(context, any_port, listener_options{.max_connections = 2});
    std::vector<tcp::socket> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(raw_client(context, serving->local()));
    co_await until([&] { return serving->probe().refused == 3; });
    EXPECT_EQ(serving->connections(), 2U);
    clients.clear();
    co_await until([&] { return serving->connections() == 0; });
    clients.push_back(raw_client(context, serving->local()));
    co_await until([&] { return serving->connections() == 1; });
    serving->close();
    co_await settle();
  });
}

TEST(listener, stop_lets_answers_leave_first) {
  run([](boost::asio::io_context& context) -> io::task<> {
    std::size_t asked = 0;
    const auto large = [&](const std::shared_ptr<connection>&, const command& request) -> std::optional<command> {
      ++asked;
      auto out = respond_to(request, response_code::success);
      out.body.assign(12'000'000, 5);
      return out;
    };
    const auto serving = listen(context, any_port, {}, {.on_request = large});
    const auto dialling = dial(context);
    io::task_gate gate(context.get_executor());
    outcomes got;
    gate.spawn(call_into(*dialling, serving->local(), request_of(10), got));
    co_await until([&] { return asked == 1; });
    const bool drained = co_await serving->stop(far_away());
    EXPECT_TRUE(drained);
    co_await until([&] { return got.size() == 1; });
    EXPECT_TRUE(got.all[0].answer);
    EXPECT_EQ(serving->connections(), 0U);
    dialling->close();
    co_await settle();
  });
}

TEST(listener, stop_keeps_its_deadline_when_a_peer_does_not_read) {
  run([](boost::asio::io_context& context) -> io::task<> {
    std::size_t asked = 0;
    const auto large = [&](const std::shared_ptr<connection>&, const command& request) -> std::optional<command> {
      ++asked;
      auto out = respond_to(request, response_code::success);
      out.body.assign(15'000'000, 5);
      return out;
    };
    const auto serving = listen(context, any_port, {}, {.on_request = large});
    auto raw = raw_client(context, serving->local());
    const auto frame = frame_bytes(request_of(10));
    boost::asio::write(raw, boost::asio::buffer(frame));
    boost::asio::write(raw, boost::asio::buffer(frame));
    co_await until([&] { return asked == 2; });
    const bool drained = co_await serving->stop(in_ms(50));
    EXPECT_FALSE(drained);
    co_await until([&] { return serving->connections() == 0; });
  });
}

// Leaves this process just so many descriptors until the end of the scope.
class few_descriptors {
 public:
  few_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    auto now = before_;
    now.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  few_descriptors(const few_descriptors&) = delete;
  few_descriptors& operator=(const few_descriptors&) = delete;
  ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// The undefined-behaviour sanitizer asks the kernel through a pipe whether an object can be read, and takes "no descriptor"
// for "no".
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define PARLEY_CHECKS_NEED_DESCRIPTORS
#endif
#endif

TEST(listener, pauses_when_descriptors_run_out_and_goes_on_after) {
#ifdef PARLEY_CHECKS_NEED_DESCRIPTORS
  GTEST_SKIP() << "the sanitizer itself needs descriptors; the other builds run this";
#endif
  run([](boost::asio::io_context& context) -> io::task<> {
    const auto serving = listen(context, any_port, listener_options{.accept_pause = milliseconds(10)});
    auto client = raw_client(context, serving->local());
    co_await until([&] { return serving->connections() == 1; });
    tcp::socket waiting(context);
    waiting.open(tcp::v4());
    {
      const few_descriptors scarce;
      waiting.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), serving->local().port));
      co_await until([&] { return serving->probe().paused >= 2; });
      EXPECT_EQ(serving->connections(), 1U);
    }
    co_await until([&] { return serving->connections() == 2; });
    // A pause each time, not a spin.
    EXPECT_LT(serving->probe().paused, 100U);
    serving->close();
    co_await settle();
  });
}

TEST(listener, is_freed_with_its_executor) {
  auto context = std::make_unique<boost::asio::io_context>(1);
  auto serving = listen(*context);
  const auto client = std::make_unique<tcp::socket>(raw_client(*context, serving->local()));
  while (serving->connections() == 0) context->run_for(milliseconds(1));
  serving.reset();
}

}  // namespace
}  // namespace parley::remoting
