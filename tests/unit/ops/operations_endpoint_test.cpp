// The endpoint over real sockets: its pages, its limits, its end, and a main loop that is stuck.
#include <parley/ops/operations_endpoint.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>

namespace parley::ops {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view health = "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n";

/// A client that says anything and reads to the end.
class caller {
 public:
  explicit caller(const endpoint& to) { socket_.connect(tcp::endpoint(boost::asio::ip::make_address(to.host), to.port)); }

  void say(std::string_view text) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(text), ignored);
  }
  std::string hear() {
    std::string out;
    boost::system::error_code ended;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(out), ended);
    return out;
  }

 private:
  boost::asio::io_context context_;
  tcp::socket socket_{context_};
};

class endpoint_test : public testing::Test {
 protected:
  void open(operations_options options = {}) {
    options.where = endpoint{.host = "127.0.0.1", .port = 0};
    auto made = operations_endpoint::open(options, main_.get_executor(), [this] { return told_; }, {});
    ASSERT_TRUE(made) << made.error().message;
    served_ = std::move(*made);
  }
  void run_main_loop() {
    thread_ = std::thread([this] { main_.run(); });
  }
  std::string ask(std::string_view text) {
    caller one(served_->local());
    one.say(text);
    return one.hear();
  }
  void TearDown() override {
    work_.reset();
    if (thread_.joinable()) thread_.join();
    served_.reset();
  }

  boost::asio::io_context main_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{main_.get_executor()};
  report told_;
  std::thread thread_;
  std::unique_ptr<operations_endpoint> served_;
};

TEST_F(endpoint_test, says_that_the_loop_runs) {
  open();
  run_main_loop();
  const auto answer = ask(health);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(answer, HasSubstr(R"({"status":"ok","loop_delay_ms":)"));
}

TEST_F(endpoint_test, says_that_the_loop_is_stuck_and_that_it_runs_again) {
  open({.loop_patience = milliseconds{50}, .report_period = milliseconds{20}});
  EXPECT_THAT(ask(health), StartsWith("HTTP/1.1 503 "));
  const auto ready = ask("GET /ready HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(ready, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(ready, HasSubstr(R"({"name":"event_loop","ok":false,"age_ms":0,"error":"no answer for )"));
  run_main_loop();
  // The question that waits is answered as soon as the loop runs; a busy machine may need several looks.
  std::string answer;
  for (int i = 0; i < 100 && !answer.starts_with("HTTP/1.1 200"); ++i) answer = ask(health);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(endpoint_test, asks_a_stuck_loop_but_once) {
  int looks = 0;
  operations_options options{.loop_patience = milliseconds{20}, .report_period = milliseconds{5}};
  options.where = endpoint{.host = "127.0.0.1", .port = 0};
  auto made = operations_endpoint::open(options, main_.get_executor(), [&] { return ++looks, report{}; }, {});
  ASSERT_TRUE(made);
  served_ = std::move(*made);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(ask(health), StartsWith("HTTP/1.1 503 "));
  main_.poll();
  EXPECT_EQ(looks, 1);
}

TEST_F(endpoint_test, names_each_check) {
  told_.observations = {{.name = "store", .seen_at = system_clock().steady_now()}, {.name = "broker", .error = "no \"route\"\n"}};
  open();
  run_main_loop();
  const auto answer = ask("GET /ready HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(answer, HasSubstr(R"({"status":"unready","checks":[{"name":"not_draining","ok":true,)"));
  EXPECT_THAT(answer, HasSubstr(R"({"name":"store","ok":true,"age_ms":)"));
  EXPECT_THAT(answer, HasSubstr(R"({"name":"broker","ok":false,"age_ms":null,"error":"no \"route\"\n"})"));
}

TEST_F(endpoint_test, is_unready_from_the_moment_it_drains) {
  open();
  run_main_loop();
  const std::string_view ready = "GET /ready HTTP/1.1\r\nConnection: close\r\n\r\n";
  EXPECT_THAT(ask(ready), StartsWith("HTTP/1.1 200 "));
  served_->drain();
  EXPECT_THAT(ask(ready), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(ask(health), StartsWith("HTTP/1.1 200 "));
}

TEST_F(endpoint_test, answers_other_paths_and_methods_by_their_status) {
  open();
  run_main_loop();
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask("GET /health/ HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  const auto refused = ask("DELETE /health HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(refused, HasSubstr("Allow: GET, HEAD\r\n"));
  const auto head = ask("HEAD /health HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(head, Not(HasSubstr("status")));
}

TEST_F(endpoint_test, refuses_what_is_malformed_or_too_long) {
  open({.max_request_bytes = 512});
  run_main_loop();
  EXPECT_THAT(ask("what?\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("POST /health HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("GET /health HTTP/1.1\r\nX: " + std::string(4000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
}

TEST_F(endpoint_test, answers_pipelined_requests_in_order) {
  open();
  run_main_loop();
  const auto answer = ask(
      "GET /health HTTP/1.1\r\n\r\nGET /none HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, testing::ContainsRegex("200 OK(.|\n)*404 Not Found(.|\n)*200 OK"));
}

TEST_F(endpoint_test, does_not_wait_for_ever_for_a_request) {
  open({.patience = milliseconds{100}});
  run_main_loop();
  EXPECT_EQ(ask(""), "");
  EXPECT_THAT(ask("GET /health HT"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(endpoint_test, closes_connections_over_the_limit) {
  open({.max_connections = 2});
  run_main_loop();
  caller first(served_->local());
  caller second(served_->local());
  first.say("GET /health HTTP/1.1\r\n\r\n");
  second.say("GET /health");
  caller third(served_->local());
  EXPECT_EQ(third.hear(), "");
}

TEST_F(endpoint_test, ends_with_connections_open_and_frees_the_address) {
  open();
  run_main_loop();
  const auto where = served_->local();
  caller idle(where);
  caller half(where);
  half.say("GET /hea");
  served_.reset();
  EXPECT_EQ(idle.hear(), "");
  auto again = operations_endpoint::open({.where = where}, main_.get_executor(), [] { return report{}; }, {});
  EXPECT_TRUE(again) << again.error().message;
}

TEST_F(endpoint_test, ends_while_the_loop_is_stuck_and_leaves_it_nothing_to_do) {
  int looks = 0;
  auto made = operations_endpoint::open({.where = {.host = "127.0.0.1", .port = 0}}, main_.get_executor(),
                                        [&] { return ++looks, report{}; }, {});
  ASSERT_TRUE(made);
  caller waiting((*made)->local());
  waiting.say(health);
  made->reset();
  EXPECT_THAT(waiting.hear(), Not(HasSubstr("200 OK")));
  main_.poll();
  EXPECT_EQ(looks, 0);
}

TEST_F(endpoint_test, an_address_in_use_is_an_error) {
  open();
  auto second = operations_endpoint::open({.where = served_->local()}, main_.get_executor(), [] { return report{}; }, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
  EXPECT_EQ(operations_endpoint::open({.where = {.host = "localhost", .port = 1}}, main_.get_executor(), [] { return report{}; }, {})
                .error()
                .code,
            errc::invalid_argument);
}

}  // namespace
}  // namespace parley::ops
