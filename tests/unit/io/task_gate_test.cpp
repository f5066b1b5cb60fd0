// The gate counts, refuses, cancels and waits.
#include "unit/io/run.hpp"

#include <parley/io/deadline.hpp>
#include <parley/io/task_gate.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

namespace parley::io {
namespace {

task<> sleep_until_stopped(const task_gate& gate, int& ended) {
  while (!gate.stopping()) {
    const auto slept = co_await sleep_for(milliseconds(60'000));
    (void)slept;
  }
  ++ended;
}

TEST(task_gate, starts_later_counts_and_stops_everything) {
  run([](boost::asio::io_context& context) -> task<> {
    task_gate gate(context.get_executor());
    int ended = 0;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(gate.spawn(sleep_until_stopped(gate, ended)));
    EXPECT_EQ(gate.running(), 100U);
    const bool all = co_await gate.stop(far_away());
    EXPECT_TRUE(all);
    EXPECT_EQ(ended, 100);
    EXPECT_EQ(gate.running(), 0U);
    EXPECT_FALSE(gate.spawn(sleep_until_stopped(gate, ended)));
    const bool again = co_await gate.stop(far_away());
    EXPECT_TRUE(again);
  });
}

task<> mark(bool& begun) {
  begun = true;
  co_return;
}

TEST(task_gate, begins_nothing_inside_spawn) {
  run([](boost::asio::io_context& context) -> task<> {
    task_gate gate(context.get_executor());
    bool begun = false;
    gate.spawn(mark(begun));
    EXPECT_FALSE(begun);
    co_await settle();
    EXPECT_TRUE(begun);
  });
}

task<> busy_then_sleep(int& ended) {
  const auto executor = co_await boost::asio::this_coro::executor;
  // A cancellation that comes in here hits nothing; it must come again for the sleep.
  for (int i = 0; i < 5; ++i) co_await boost::asio::post(executor, boost::asio::use_awaitable);
  const auto slept = co_await sleep_for(milliseconds(60'000));
  EXPECT_FALSE(slept);
  ++ended;
}

TEST(task_gate, repeats_the_cancellation_for_one_that_was_busy) {
  run([](boost::asio::io_context& context) -> task<> {
    task_gate gate(context.get_executor());
    int ended = 0;
    gate.spawn(busy_then_sleep(ended));
    const bool all = co_await gate.stop(far_away());
    EXPECT_TRUE(all);
    EXPECT_EQ(ended, 1);
  });
}

task<> ignore_everything(const bool& leave) {
  while (!leave) {
    const auto slept = co_await sleep_for(milliseconds(1));
    (void)slept;
  }
}

TEST(task_gate, says_so_when_one_does_not_end_in_time) {
  run([](boost::asio::io_context& context) -> task<> {
    task_gate gate(context.get_executor());
    bool leave = false;
    gate.spawn(ignore_everything(leave));
    const bool all = co_await gate.stop(in_ms(30));
    EXPECT_FALSE(all);
    leave = true;
    const bool now_all = co_await gate.stop(far_away());
    EXPECT_TRUE(now_all);
  });
}

TEST(task_gate, may_be_stopped_before_a_task_that_was_spawned_from_outside_has_begun) {
  boost::asio::io_context context(1);
  int ended = 0;
  auto gate = std::make_unique<task_gate>(context.get_executor());
  EXPECT_TRUE(gate->spawn(sleep_until_stopped(*gate, ended)));
  gate->begin_stop();
  context.run();
  EXPECT_EQ(gate->running(), 0U);
}

TEST(task_gate, may_be_destroyed_while_tasks_run) {
  run([](boost::asio::io_context& context) -> task<> {
    auto gate = std::make_unique<task_gate>(context.get_executor());
    int ended = 0;
    gate->spawn(busy_then_sleep(ended));
    auto plain = [](int& out) -> task<> {
      const auto slept = co_await sleep_for(milliseconds(60'000));
      EXPECT_FALSE(slept);
      ++out;
    };
    gate->spawn(plain(ended));
    co_await settle();
    gate.reset();
    co_await settle();
    EXPECT_EQ(ended, 2);
  });
}

task<> throwing() {
  throw std::runtime_error("planned");
  co_return;
}

TEST(task_gate, lets_an_exception_out_of_the_executor) {
  boost::asio::io_context context(1);
  task_gate gate(context.get_executor());
  gate.spawn(throwing());
  EXPECT_THROW(context.run(), std::runtime_error);
  EXPECT_EQ(gate.running(), 0U);
}

TEST(task_gate, is_freed_with_its_executor) {
  auto context = std::make_unique<boost::asio::io_context>(1);
  task_gate gate(context->get_executor());
  int ended = 0;
  gate.spawn(busy_then_sleep(ended));
  context->poll();
  gate.begin_stop();
  context.reset();
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace parley::io
