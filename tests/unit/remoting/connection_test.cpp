// Calls over a scripted stream: every outcome, once, and never inside the call.
#include "unit/remoting/wire.hpp"

#include <parley/io/deadline.hpp>
#include <parley/io/task_gate.hpp>

#include <gmock/gmock.h>

namespace parley::remoting {
namespace {

using io::far_away;
using io::in_ms;
using io::run;
using io::settle;
using testing::HasSubstr;

TEST(connection, a_call_gets_its_answer) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    outcomes got;
    over.near->call(request_of(105), far_away(), got.next());
    EXPECT_EQ(got.size(), 0U);
    auto request = co_await over.far.receive();
    EXPECT_EQ(request->code, 105);
    EXPECT_EQ(request->fields.text("topic"), "orders");
    co_await over.far.answer(*request);
    co_await settle();
    EXPECT_EQ(got.size(), 1U);
    EXPECT_EQ(got.all[0].answer.value().code, response_code::success);
    EXPECT_TRUE(got.all[0].written);
    EXPECT_EQ(over.near->pending(), 0U);
    EXPECT_EQ(over.near->probe().frames_out, 1U);
    EXPECT_EQ(over.near->probe().frames_in, 1U);
  });
}

io::task<> call_into(std::shared_ptr<connection> over, command request, steady_time deadline, outcomes& into) {
  auto outcome = co_await over->call(std::move(request), deadline);
  into.all.push_back(std::move(outcome));
}

TEST(connection, the_coroutine_form_gives_the_same_and_a_server_error_is_an_answer) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    io::task_gate gate(context.get_executor());
    outcomes got;
    gate.spawn(call_into(over.near, request_of(105), far_away(), got));
    auto request = co_await over.far.receive();
    co_await over.far.answer(*request, response_code::topic_not_exist);
    co_await settle();
    EXPECT_EQ(got.all.at(0).answer.value().code, response_code::topic_not_exist);
    EXPECT_EQ(gate.running(), 0U);
  });
}

TEST(connection, answers_out_of_order_find_their_calls) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    outcomes first;
    outcomes second;
    over.near->call(request_of(1), far_away(), first.next());
    over.near->call(request_of(2), far_away(), second.next());
    auto one = co_await over.far.receive();
    auto two = co_await over.far.receive();
    co_await over.far.answer(*two, 22);
    co_await settle();
    EXPECT_EQ(first.size(), 0U);
    EXPECT_EQ(second.all.at(0).answer.value().code, 22);
    co_await over.far.answer(*one, 11);
    co_await settle();
    EXPECT_EQ(first.all.at(0).answer.value().code, 11);
  });
}

TEST(connection, calls_made_together_leave_in_one_write) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    outcomes got;
    for (int i = 0; i < 100; ++i) over.near->call(request_of(i), far_away(), got.next());
    co_await settle();
    EXPECT_EQ(over.near_stream->writes(), 1U);
    for (int i = 0; i < 100; ++i) {
      auto request = co_await over.far.receive();
      EXPECT_EQ(request->code, i);
    }
  });
}

TEST(connection, a_time_out_fails_its_call_only_and_a_late_answer_is_counted) {
  run([](boost::asio::io_context& context) -> io::task<> {
    const auto counted = std::make_shared<traffic>();
    wire over(context, connection_options{.counted_in = counted});
    over.start();
    outcomes slow;
    outcomes later;
    over.near->call(request_of(1), in_ms(300), slow.next());
    auto first = co_await over.far.receive();
    while (slow.size() == 0) co_await io::sleep_for(milliseconds(1));
    EXPECT_EQ(slow.code(0), errc::timed_out);
    EXPECT_TRUE(slow.all[0].written);
    EXPECT_THAT(slow.all[0].answer.error().message, HasSubstr("far:1"));
    over.near->call(request_of(2), far_away(), later.next());
    auto second = co_await over.far.receive();
    co_await over.far.answer(*first);
    co_await over.far.answer(*second);
    co_await over.far.answer(*second);
    co_await settle();
    EXPECT_EQ(later.all.at(0).answer.value().code, response_code::success);
    EXPECT_EQ(slow.size(), 1U);
    EXPECT_EQ(later.size(), 1U);
    EXPECT_EQ(over.near->probe().unmatched, 2U);
    EXPECT_EQ(over.near->probe().timed_out, 1U);
    EXPECT_EQ(counted->late_answers, 2U);
    EXPECT_EQ(counted->timed_out, 1U);
    EXPECT_EQ(counted->requests, 2U);
    EXPECT_FALSE(over.near->closed());
  });
}

TEST(connection, many_deadlines_are_kept_by_one_timer) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    outcomes got;
    const auto first = in_ms(300);  // none has passed when its call is made
    for (int i = 0; i < 50; ++i) over.near->call(request_of(i), first + milliseconds((i * 7) % 50), got.next());
    while (got.size() < 50) co_await io::sleep_for(milliseconds(1));
    EXPECT_EQ(over.near->probe().timed_out, 50U);
    EXPECT_EQ(over.near->pending(), 0U);
  });
}

TEST(connection, a_deadline_that_has_passed_sends_nothing) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    outcomes got;
    over.near->call(request_of(1), in_ms(-1), got.next());
    EXPECT_EQ(got.size(), 0U);
    co_await settle();
    EXPECT_EQ(got.code(0), errc::timed_out);
    EXPECT_FALSE(got.all[0].written);
    EXPECT_EQ(over.near_stream->writes(), 0U);
  });
}

TEST(connection, a_request_that_times_out_in_the_queue_never_leaves) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context, {}, io::testing::fake_script{.stuck = true});
    over.start();
    outcomes stuck;
    outcomes queued;
    over.near->call(request_of(1), far_away(), stuck.next());
    co_await settle();
    over.near->call(request_of(2), in_ms(5), queued.next());
    while (queued.size() == 0) co_await io::sleep_for(milliseconds(1));
    EXPECT_EQ(queued.code(0), errc::timed_out);
    EXPECT_FALSE(queued.all[0].written);
    // The peer reads again: only the first arrives.
    over.pair.near_script->stuck = false;
    auto wake = frame_bytes(command{.code = 0, .opaque = 99, .flag = command::response_flag});
    co_await over.far.send(std::move(wake));
    auto first = co_await over.far.receive();
    EXPECT_EQ(first->code, 1);
    over.near->call(request_of(3), far_away(), queued.next());
    auto third = co_await over.far.receive();
    EXPECT_EQ(third->code, 3);
  });
}

TEST(connection, calls_past_the_bounds_are_refused) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context, connection_options{.max_pending = 3, .max_unsent_bytes = 10'000}, io::testing::fake_script{.stuck = true});
    over.start();
    outcomes got;
    outcomes refused;
    over.near->call(request_of(1, "t", 9'000), far_away(), got.next());
    over.near->call(request_of(2, "t", 5'000), far_away(), refused.next());
    EXPECT_EQ(refused.size(), 0U);
    co_await settle();
    EXPECT_EQ(refused.code(0), errc::overloaded);
    EXPECT_FALSE(refused.all[0].written);
    over.near->call(request_of(3), far_away(), got.next());
    over.near->call(request_of(4), far_away(), got.next());
    over.near->call(request_of(5), far_away(), refused.next());
    co_await settle();
    EXPECT_EQ(refused.code(1), errc::overloaded);
    EXPECT_EQ(over.near->pending(), 3U);
    EXPECT_EQ(got.size(), 0U);
    EXPECT_FALSE(over.near->closed());
  });
}

TEST(connection, a_request_that_does_not_encode_fails_alone) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    outcomes got;
    over.near->call(request_of(1, "t", 17'000'000), far_away(), got.next());
    over.near->call(request_of(2), far_away(), got.next());
    auto request = co_await over.far.receive();
    EXPECT_EQ(request->code, 2);
    co_await over.far.answer(*request);
    co_await settle();
    EXPECT_EQ(got.code(0), errc::too_large);
    EXPECT_FALSE(got.all[0].written);
    EXPECT_TRUE(got.all.at(1).answer.has_value());
    EXPECT_EQ(over.near->pending(), 0U);
  });
}

TEST(connection, oneway_requests_carry_the_flag_and_wait_for_nothing) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    EXPECT_TRUE(over.near->send_oneway(request_of(35)));
    auto request = co_await over.far.receive();
    EXPECT_TRUE(request->is_oneway());
    EXPECT_EQ(over.near->pending(), 0U);
    over.near->close(fail(errc::stopped, "enough"));
    EXPECT_EQ(over.near->send_oneway(request_of(35)).error().code, errc::stopped);
  });
}

TEST(connection, requests_of_the_peer_are_answered_now_or_later_or_not) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    std::optional<command> deferred;
    over.start([&](const std::shared_ptr<connection>&, command request) -> std::optional<command> {
      if (request.code == 2) deferred = std::move(request);
      if (request.code != 1 && request.code != 3) return std::nullopt;
      return respond_to(request, response_code::success, "at once");
    });
    auto at_once = frame_bytes(command{.code = 1, .opaque = 41});
    co_await over.far.send(std::move(at_once));
    auto later = frame_bytes(command{.code = 2, .opaque = 42});
    co_await over.far.send(std::move(later));
    auto oneway = frame_bytes(command{.code = 3, .opaque = 43, .flag = command::oneway_flag});
    co_await over.far.send(std::move(oneway));
    auto first = co_await over.far.receive();
    EXPECT_EQ(first->opaque, 41);
    EXPECT_EQ(first->remark, "at once");
    co_await settle();
    EXPECT_TRUE(deferred.has_value());
    auto slow = over.near->reply(respond_to(*deferred, 17));
    EXPECT_TRUE(slow);
    auto second = co_await over.far.receive();
    EXPECT_EQ(second->opaque, 42);
    EXPECT_EQ(second->code, 17);
    EXPECT_TRUE(second->is_response());
    EXPECT_EQ(over.near->probe().frames_out, 2U);
  });
}

TEST(connection, an_answer_that_does_not_encode_becomes_an_apology) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start([](const std::shared_ptr<connection>&, const command& request) -> std::optional<command> {
      auto out = respond_to(request, response_code::success);
      out.body.assign(17'000'000, 1);
      return out;
    });
    auto ask = frame_bytes(command{.code = 1, .opaque = 41});
    co_await over.far.send(std::move(ask));
    auto got = co_await over.far.receive();
    EXPECT_EQ(got->code, response_code::system_error);
    EXPECT_EQ(got->opaque, 41);
    EXPECT_FALSE(over.near->closed());
  });
}

TEST(connection, a_peer_that_asks_and_does_not_read_is_dropped) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context, connection_options{.max_unsent_bytes = 100'000}, io::testing::fake_script{.stuck = true});
    over.start([](const std::shared_ptr<connection>&, const command& request) -> std::optional<command> {
      auto out = respond_to(request, response_code::success);
      out.body.assign(10'000, 1);
      return out;
    });
    for (std::int32_t i = 0; i < 50 && !over.near->closed(); ++i) {
      auto ask = frame_bytes(command{.code = 1, .opaque = i});
      co_await over.far.send(std::move(ask));
      co_await settle();
      EXPECT_LE(over.near->unsent_bytes(), 100'000U);
    }
    EXPECT_EQ(over.closed().at(0).code, errc::overloaded);
  });
}

TEST(connection, malformed_input_closes_it_naming_the_peer) {
  for (const std::string hex : {"FFFFFFFF", "00000000", "7FFFFFFF", "0000000400000000", "0000000800FFFFFF7B7D0000",
                                "0000000700000003"
                                "7B7B7B",
                                "0000000402000000"}) {
    run([hex](boost::asio::io_context& context) -> io::task<> {
      wire over(context);
      over.start();
      outcomes got;
      over.near->call(request_of(1), far_away(), got.next());
      auto request = co_await over.far.receive();
      auto raw = from_hex(hex).value();
      co_await over.far.send(std::move(raw));
      co_await settle();
      EXPECT_TRUE(over.near->closed()) << hex;
      EXPECT_EQ(over.closed().size(), 1U);
      EXPECT_THAT(over.closed().at(0).message, HasSubstr("far:1"));
      EXPECT_EQ(got.code(0), errc::disconnected);
      EXPECT_TRUE(got.all.at(0).written);
    });
  }
}

TEST(connection, an_answer_to_a_request_that_has_not_left_is_none) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context, {}, io::testing::fake_script{.stuck = true});
    over.start();
    outcomes got;
    over.near->call(request_of(1), far_away(), got.next());
    co_await settle();
    over.near->call(request_of(2), far_away(), got.next());
    for (std::int32_t opaque = 2; opaque < 4; ++opaque) {
      auto guess = frame_bytes(command{.code = 0, .opaque = opaque, .flag = command::response_flag});
      co_await over.far.send(std::move(guess));
    }
    co_await settle();
    EXPECT_EQ(got.size(), 0U);
    EXPECT_EQ(over.near->probe().unmatched, 2U);
  });
}

TEST(connection, close_fails_every_call_once_and_later_and_is_idempotent) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start();
    outcomes got;
    over.near->call(request_of(1), far_away(), got.next());
    co_await settle();
    over.near->call(request_of(2), far_away(), got.next());
    over.near->close(fail(errc::stopped, "enough"));
    over.near->close(fail(errc::internal, "again"));
    EXPECT_EQ(got.size(), 0U);
    EXPECT_TRUE(over.closed().empty());
    over.near->call(request_of(3), far_away(), got.next());
    EXPECT_EQ(got.size(), 0U);
    co_await settle();
    EXPECT_EQ(got.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(got.code(i), errc::stopped);
    std::size_t written = 0;
    for (const auto& one : got.all) written += one.written ? 1 : 0;
    EXPECT_EQ(written, 1U);
    EXPECT_EQ(over.closed().size(), 1U);
    auto rest = co_await over.far.receive();
    EXPECT_EQ(rest->code, 1);
    auto end = co_await over.far.receive();
    EXPECT_FALSE(end);
  });
}

TEST(connection, may_be_closed_and_called_from_inside_any_handler) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    outcomes inner;
    const auto close_and_call = [&](const std::shared_ptr<connection>& which) {
      which->close(fail(errc::stopped, "from inside"));
      which->call(request_of(9), far_away(), inner.next());
    };
    over.start([&](const std::shared_ptr<connection>& which, const command& request) -> std::optional<command> {
      close_and_call(which);
      return respond_to(request, response_code::success);
    });
    outcomes got;
    over.near->call(request_of(1), far_away(), [&](call_outcome one) {
      got.all.push_back(std::move(one));
      close_and_call(over.near);
    });
    auto ask = frame_bytes(command{.code = 1, .opaque = 41});
    auto twice = ask;
    twice.insert(twice.end(), ask.begin(), ask.end());
    co_await over.far.send(std::move(twice));
    co_await settle();
    EXPECT_EQ(got.size(), 1U);
    EXPECT_EQ(got.code(0), errc::stopped);
    EXPECT_EQ(inner.size(), 2U);
    EXPECT_EQ(over.closed().size(), 1U);
  });
}

TEST(connection, a_handler_that_throws_closes_it) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    over.start([](const std::shared_ptr<connection>&, const command&) -> std::optional<command> {
      throw std::runtime_error("planned");
    });
    auto ask = frame_bytes(command{.code = 1, .opaque = 41});
    co_await over.far.send(std::move(ask));
    co_await settle();
    EXPECT_EQ(over.closed().at(0).code, errc::internal);
    EXPECT_THAT(over.closed().at(0).message, HasSubstr("planned"));
  });
}

TEST(connection, suspects_tls_of_a_peer_that_hangs_up_without_a_word) {
  run([](boost::asio::io_context& context) -> io::task<> {
    for (const bool answers_first : {false, true}) {
      wire over(context);
      over.start();
      outcomes got;
      over.near->call(request_of(1), far_away(), got.next());
      auto first = co_await over.far.receive();
      if (answers_first) co_await over.far.answer(*first);
      co_await settle();
      over.near->call(request_of(2), far_away(), got.next());
      co_await settle();
      over.far.close();
      co_await settle();
      EXPECT_EQ(got.all.back().answer.error().code, errc::disconnected);
      EXPECT_EQ(got.all.back().answer.error().fault, answers_first ? link_fault::none : link_fault::tls_wanted);
    }
  });
}

TEST(connection, is_closed_when_idle_and_only_then) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context, connection_options{.idle_timeout = milliseconds(60)});
    over.start();
    auto last_used = std::chrono::steady_clock::now();
    for (std::uint64_t i = 1; i <= 10; ++i) {
      const auto before = std::chrono::steady_clock::now();
      (void)over.near->send_oneway(request_of(34));
      co_await settle();
      if (over.near->probe().frames_out == i) last_used = before;
      co_await io::sleep_for(milliseconds(10));
    }
    while (!over.near->closed()) co_await io::sleep_for(milliseconds(1));
    EXPECT_GE(std::chrono::steady_clock::now() - last_used, milliseconds(60));
    co_await settle();
    EXPECT_THAT(over.closed().at(0).message, HasSubstr("idle"));
  });
}

TEST(connection, is_closed_when_calls_wait_on_a_stalled_path) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context, connection_options{.stall_check = milliseconds(5)}, io::testing::fake_script{.blackhole = true});
    over.start();
    outcomes got;
    over.near->call(request_of(1), far_away(), got.next());
    while (over.near_stream->looks() < 3) co_await io::sleep_for(milliseconds(1));
    EXPECT_EQ(got.size(), 0U);
    over.pair.near_script->stalled = true;
    // Writing goes on: it must not put the look at the path off.
    while (got.size() == 0) {
      (void)over.near->send_oneway(request_of(34));
      co_await io::sleep_for(milliseconds(1));
    }
    EXPECT_EQ(got.code(0), errc::disconnected);
    EXPECT_TRUE(got.all[0].written);
  });
}

TEST(connection, cancelling_a_call_ends_it_and_takes_the_request_back) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context, {}, io::testing::fake_script{.stuck = true});
    over.start();
    outcomes got;
    outcomes first;
    over.near->call(request_of(1), far_away(), first.next());
    co_await settle();
    io::task_gate gate(context.get_executor());
    gate.spawn(call_into(over.near, request_of(2), far_away(), got));
    co_await settle();
    EXPECT_EQ(over.near->pending(), 2U);
    const bool ended = co_await gate.stop(far_away());
    EXPECT_TRUE(ended);
    EXPECT_EQ(got.code(0), errc::stopped);
    EXPECT_FALSE(got.all[0].written);
    EXPECT_EQ(over.near->pending(), 1U);
    EXPECT_EQ(first.size(), 0U);
  });
}

TEST(connection, needs_start_before_calls) {
  run([](boost::asio::io_context& context) -> io::task<> {
    wire over(context);
    outcomes got;
    over.near->call(request_of(1), far_away(), got.next());
    co_await settle();
    EXPECT_EQ(got.code(0), errc::stopped);
  });
}

TEST(connection, is_freed_with_its_executor_whatever_is_pending) {
  auto context = std::make_unique<boost::asio::io_context>(1);
  auto pair = io::testing::make_fake_pair(context->get_executor());
  const auto held = std::make_shared<int>(1);
  std::weak_ptr<connection> watched;
  {
    const auto near = connection::make(std::move(pair.near), {});
    watched = near;
    near->start([held](const std::shared_ptr<connection>&, const command&) -> std::optional<command> { return std::nullopt; },
                [held](const error&) {});
    near->call(request_of(1), far_away(), [held, near](const call_outcome&) {});
    boost::asio::co_spawn(*context, near->call(request_of(2), far_away()), [held](const std::exception_ptr&, const call_outcome&) {});
  }
  context->poll();
  EXPECT_EQ(watched.lock()->pending(), 2U);
  pair.far.reset();
  context.reset();
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace parley::remoting
