// Who connects when, and who is told what, over scripted connects.
#include "unit/remoting/wire.hpp"

#include <parley/io/deadline.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/remoting/net/dialer.hpp>

#include <gmock/gmock.h>

#include <map>

namespace parley::remoting {
namespace {

using io::far_away;
using io::in_ms;
using io::run;
using io::settle;
using testing::HasSubstr;

const endpoint one_broker{.host = "broker-a", .port = 10911};
const endpoint other_broker{.host = "broker-b", .port = 10911};

io::task<> answer_all(std::shared_ptr<far_end> far, std::shared_ptr<std::vector<command>> seen, const bool& silent) {
  while (true) {
    auto request = co_await far->receive();
    if (!request) break;
    seen->push_back(*request);
    if (!request->is_oneway() && !silent) co_await far->answer(*request);
  }
}

/// A net of fake peers: each address accepts, refuses or hangs.
class net {
 public:
  enum class manner { accept, refuse, hang, hang_up };
  explicit net(boost::asio::io_context& context, dialer_options options = {})
      : context_(context),
        peers_(context.get_executor()),
        connector_(std::make_shared<io::testing::fake_connector>(
            [this](endpoint to, steady_time deadline) { return connect(to, deadline); })),
        dial(connector_, context.get_executor(), std::move(options), random_source(1), system_clock()) {}

  io::task<> end() {
    dial.close();
    co_await settle();
    const bool ended = co_await peers_.stop(far_away());
    EXPECT_TRUE(ended);
  }
  [[nodiscard]] std::size_t attempts() const { return connector_->attempts(); }
  void drop_all() {
    for (const auto& far : open) far->close();
    open.clear();
  }

  std::map<endpoint, manner> manners;
  bool silent{false};  // who is connected reads and never answers
  std::vector<endpoint> dialled;
  std::vector<std::shared_ptr<far_end>> open;
  std::shared_ptr<std::vector<command>> seen{std::make_shared<std::vector<command>>()};

 private:
  io::task<result<std::unique_ptr<io::byte_stream>>> connect(endpoint to, steady_time deadline) {
    dialled.push_back(to);
    while (manners[to] == manner::hang) {
      if (std::chrono::steady_clock::now() >= deadline) co_return fail(errc::unreachable, "no answer in time");
      const auto slept = co_await io::sleep_for(milliseconds(1));
      if (!slept) co_return fail(errc::stopped, "given up");
    }
    if (manners[to] == manner::refuse)
      co_return fail(errc::unreachable, "cannot connect to " + to.to_string() + ": refused by the test");
    auto pair = io::testing::make_fake_pair(context_.get_executor());
    if (manners[to] == manner::hang_up) co_return std::unique_ptr<io::byte_stream>(std::move(pair.near));
    open.push_back(std::make_shared<far_end>(std::move(pair.far)));
    peers_.spawn(answer_all(open.back(), seen, silent));
    co_return std::unique_ptr<io::byte_stream>(std::move(pair.near));
  }

  boost::asio::io_context& context_;
  io::task_gate peers_;
  std::shared_ptr<io::testing::fake_connector> connector_;

 public:
  dialer dial;
};

io::task<> call_into(dialer& with, endpoint to, steady_time deadline, outcomes& into) {
  auto outcome = co_await with.call(std::move(to), request_of(105), deadline);
  into.all.push_back(std::move(outcome));
}

io::task<> until(std::function<bool()> holds) {
  while (!holds()) {
    const auto slept = co_await io::sleep_for(milliseconds(1));
    if (!slept) break;
  }
}

TEST(dialer, concurrent_callers_share_one_attempt_and_later_ones_the_connection) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    io::task_gate gate(context.get_executor());
    outcomes got;
    for (int i = 0; i < 20; ++i) gate.spawn(call_into(fake.dial, one_broker, far_away(), got));
    co_await until([&] { return got.size() == 20; });
    EXPECT_EQ(fake.attempts(), 1U);
    co_await call_into(fake.dial, one_broker, far_away(), got);
    EXPECT_EQ(fake.attempts(), 1U);
    for (const auto& outcome : got.all) EXPECT_TRUE(outcome.answer);
    EXPECT_NE(fake.dial.existing(one_broker), nullptr);
    EXPECT_EQ(fake.dial.existing(other_broker), nullptr);
    co_await fake.end();
  });
}

TEST(dialer, a_failed_attempt_fails_those_who_waited_for_it_as_unreachable) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    fake.manners[one_broker] = net::manner::refuse;
    io::task_gate gate(context.get_executor());
    outcomes got;
    for (int i = 0; i < 5; ++i) gate.spawn(call_into(fake.dial, one_broker, far_away(), got));
    co_await until([&] { return got.size() == 5; });
    EXPECT_EQ(fake.attempts(), 1U);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(got.code(i), errc::unreachable);
      EXPECT_FALSE(got.all[i].written);
      EXPECT_THAT(got.all[i].answer.error().message, HasSubstr("broker-a:10911"));
    }
    co_await fake.end();
  });
}

TEST(dialer, a_call_during_back_off_waits_for_the_next_attempt) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    fake.manners[one_broker] = net::manner::refuse;
    outcomes got;
    for (int i = 0; i < 4; ++i) co_await call_into(fake.dial, one_broker, far_away(), got);
    EXPECT_EQ(fake.attempts(), 4U);
    fake.manners[one_broker] = net::manner::accept;
    co_await call_into(fake.dial, one_broker, far_away(), got);
    EXPECT_TRUE(got.all.back().answer);
    EXPECT_EQ(fake.attempts(), 5U);
    co_await fake.end();
  });
}

TEST(dialer, each_caller_keeps_to_its_own_deadline_and_no_address_waits_for_another) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context, dialer_options{.connect_timeout = milliseconds(10'000)});
    fake.manners[one_broker] = net::manner::hang;
    io::task_gate gate(context.get_executor());
    outcomes hasty;
    outcomes patient;
    outcomes elsewhere;
    gate.spawn(call_into(fake.dial, one_broker, in_ms(5), hasty));
    gate.spawn(call_into(fake.dial, one_broker, far_away(), patient));
    co_await call_into(fake.dial, other_broker, far_away(), elsewhere);
    EXPECT_TRUE(elsewhere.all.at(0).answer);
    co_await until([&] { return hasty.size() == 1; });
    EXPECT_EQ(hasty.code(0), errc::unreachable);
    EXPECT_EQ(patient.size(), 0U);
    fake.manners[one_broker] = net::manner::accept;
    co_await until([&] { return patient.size() == 1; });
    EXPECT_TRUE(patient.all[0].answer);
    EXPECT_EQ(fake.attempts(), 2U);
    co_await fake.end();
  });
}

TEST(dialer, a_lost_connection_is_reported_and_made_anew) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    std::vector<endpoint> lost;
    fake.dial.on_lost([&](const endpoint& address, const error& why) {
      EXPECT_EQ(why.code, errc::disconnected);
      lost.push_back(address);
    });
    outcomes got;
    co_await call_into(fake.dial, one_broker, far_away(), got);
    fake.drop_all();
    co_await until([&] { return !lost.empty(); });
    EXPECT_EQ(lost, std::vector{one_broker});
    EXPECT_EQ(fake.dial.existing(one_broker), nullptr);
    co_await call_into(fake.dial, one_broker, far_away(), got);
    EXPECT_TRUE(got.all.at(1).answer);
    EXPECT_EQ(fake.attempts(), 2U);
    co_await fake.end();
    EXPECT_EQ(lost.size(), 1U);
  });
}

TEST(dialer, what_a_connection_counted_outlives_it) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    fake.silent = true;
    outcomes got;
    const auto& counted = fake.dial.counted();
    co_await call_into(fake.dial, one_broker, in_ms(20), got);
    EXPECT_EQ(got.code(0), errc::timed_out);
    EXPECT_EQ(counted.connections, 1U);
    fake.drop_all();
    co_await until([&] { return counted.connections == 0; });
    EXPECT_EQ(counted.timed_out, 1U);
    fake.silent = false;
    co_await call_into(fake.dial, one_broker, far_away(), got);
    fake.manners[other_broker] = net::manner::refuse;
    co_await call_into(fake.dial, other_broker, far_away(), got);
    EXPECT_EQ(counted.requests, 2U) << "what found no connection was never sent";
    EXPECT_EQ(counted.connections, 1U);
    EXPECT_EQ(counted.failed_connects, 1U);
    EXPECT_EQ(counted.timed_out, 1U);
    co_await fake.end();
    EXPECT_EQ(counted.connections, 0U);
  });
}

TEST(dialer, a_peer_that_accepts_and_hangs_up_is_not_stormed) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context, dialer_options{.backoff_first = milliseconds(1000), .backoff_most = milliseconds(60'000)});
    fake.manners[one_broker] = net::manner::hang_up;
    outcomes got;
    // Without a pause thousands of attempts would fit in; with one, hardly more than the doubling ceilings allow.
    for (int i = 0; i < 50 && (got.size() < 30); ++i) {
      co_await call_into(fake.dial, one_broker, in_ms(2), got);
      co_await settle();
    }
    EXPECT_LE(fake.attempts(), 10U);
    EXPECT_GE(fake.attempts(), 1U);
    co_await fake.end();
  });
}

TEST(dialer, maps_addresses_signs_requests_and_serves_the_peer) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    fake.dial.map_addresses([](const endpoint& from) { return endpoint{.host = "proxy", .port = from.port}; });
    fake.dial.sign_with([](command& request) { request.fields.set("Signature", "good"); });
    std::vector<std::int32_t> asked;
    fake.dial.on_request([&](const std::shared_ptr<connection>&, const command& request) -> std::optional<command> {
      asked.push_back(request.code);
      return std::nullopt;
    });
    outcomes got;
    co_await call_into(fake.dial, one_broker, far_away(), got);
    co_await call_into(fake.dial, one_broker, far_away(), got);
    auto sent = co_await fake.dial.send_oneway(one_broker, request_of(35), far_away());
    EXPECT_TRUE(sent);
    co_await until([&] { return fake.seen->size() == 3; });
    for (const auto& request : *fake.seen) EXPECT_EQ(request.fields.text("Signature"), "good");
    EXPECT_EQ(fake.dialled, (std::vector{endpoint{.host = "proxy", .port = 10911}}));
    auto notice = frame_bytes(command{.code = request_code::notify_consumer_ids_changed, .opaque = 1, .flag = command::oneway_flag});
    co_await fake.open[0]->send(std::move(notice));
    co_await until([&] { return !asked.empty(); });
    EXPECT_EQ(asked, std::vector{request_code::notify_consumer_ids_changed});
    co_await fake.end();
  });
}

TEST(dialer, drops_others_when_nothing_is_pending_and_says_nothing_of_it) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    std::size_t lost = 0;
    fake.dial.on_lost([&](const endpoint&, const error&) { ++lost; });
    outcomes got;
    co_await call_into(fake.dial, one_broker, far_away(), got);
    co_await call_into(fake.dial, other_broker, far_away(), got);
    fake.dial.drop_others({other_broker});
    co_await settle();
    EXPECT_EQ(fake.dial.existing(one_broker), nullptr);
    EXPECT_NE(fake.dial.existing(other_broker), nullptr);
    EXPECT_EQ(lost, 0U);
    co_await fake.end();
  });
}

TEST(dialer, bounds_its_connections_and_forgets_dead_addresses_first) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context, dialer_options{.max_connections = 2});
    const endpoint dead{.host = "dead", .port = 1};
    fake.manners[dead] = net::manner::refuse;
    outcomes got;
    co_await call_into(fake.dial, dead, far_away(), got);
    co_await call_into(fake.dial, one_broker, far_away(), got);
    co_await settle();
    co_await call_into(fake.dial, other_broker, far_away(), got);
    EXPECT_TRUE(got.all.at(2).answer);
    const endpoint third{.host = "third", .port = 1};
    co_await call_into(fake.dial, third, far_away(), got);
    EXPECT_EQ(got.code(3), errc::overloaded);
    EXPECT_FALSE(got.all[3].written);
    co_await fake.end();
  });
}

TEST(dialer, close_ends_waiting_and_pending_calls_and_refuses_new_ones) {
  run([](boost::asio::io_context& context) -> io::task<> {
    net fake(context);
    fake.manners[other_broker] = net::manner::hang;
    io::task_gate gate(context.get_executor());
    outcomes got;
    co_await call_into(fake.dial, one_broker, far_away(), got);
    gate.spawn(call_into(fake.dial, one_broker, far_away(), got));
    gate.spawn(call_into(fake.dial, other_broker, far_away(), got));
    for (int i = 0; i < 3; ++i) co_await boost::asio::post(context, boost::asio::use_awaitable);
    fake.dial.close();
    fake.dial.close();
    co_await until([&] { return got.size() == 3; });
    EXPECT_EQ(got.code(1), errc::stopped);
    EXPECT_EQ(got.code(2), errc::stopped);
    co_await call_into(fake.dial, one_broker, far_away(), got);
    EXPECT_EQ(got.code(3), errc::stopped);
    co_await fake.end();
  });
}

TEST(dialer, is_freed_with_its_executor_while_it_dials_and_calls) {
  auto context = std::make_unique<boost::asio::io_context>(1);
  outcomes got;
  {
    net fake(*context);
    fake.manners[other_broker] = net::manner::hang;
    io::task_gate gate(context->get_executor());
    gate.spawn(call_into(fake.dial, one_broker, far_away(), got));
    gate.spawn(call_into(fake.dial, other_broker, far_away(), got));
    context->poll();
  }
  context.reset();
}

}  // namespace
}  // namespace parley::remoting
