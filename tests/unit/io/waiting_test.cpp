// Signals, sleeping, deadlines and the bounded queue.
#include "unit/io/run.hpp"

#include <parley/io/bounded_queue.hpp>
#include <parley/io/deadline.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task_gate.hpp>

#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace parley::io {
namespace {

task<> wait_on(signal& on, std::vector<wake_reason>& woken, steady_time until) {
  const auto why = co_await on.wait_until(until);
  woken.push_back(why);
}

TEST(signal, wakes_one_or_all_and_remembers_nothing) {
  run([](boost::asio::io_context& context) -> task<> {
    signal changed(context.get_executor());
    task_gate gate(context.get_executor());
    std::vector<wake_reason> woken;
    changed.notify_all();
    for (int i = 0; i < 3; ++i) gate.spawn(wait_on(changed, woken, far_away()));
    co_await settle();
    EXPECT_EQ(changed.waiting(), 3U);
    changed.notify_one();
    EXPECT_TRUE(woken.empty());
    co_await settle();
    EXPECT_EQ(woken.size(), 1U);
    changed.notify_one();
    changed.notify_one();
    co_await settle();
    EXPECT_EQ(woken, (std::vector{wake_reason::notified, wake_reason::notified, wake_reason::notified}));
  });
}

TEST(signal, tells_deadline_and_cancellation_apart) {
  run([](boost::asio::io_context& context) -> task<> {
    signal changed(context.get_executor());
    std::vector<wake_reason> woken;
    co_await wait_on(changed, woken, in_ms(1));
    task_gate gate(context.get_executor());
    gate.spawn(wait_on(changed, woken, far_away()));
    co_await settle();
    const bool ended = co_await gate.stop(far_away());
    EXPECT_TRUE(ended);
    EXPECT_EQ(woken, (std::vector{wake_reason::deadline, wake_reason::cancelled}));
  });
}

TEST(signal, may_die_before_its_waiters) {
  run([](boost::asio::io_context& context) -> task<> {
    auto changed = std::make_unique<signal>(context.get_executor());
    std::vector<wake_reason> woken;
    task_gate gate(context.get_executor());
    gate.spawn(wait_on(*changed, woken, in_ms(20)));
    co_await settle();
    changed.reset();
    const auto slept = co_await sleep_for(milliseconds(30));
    EXPECT_TRUE(slept);
    EXPECT_EQ(woken.size(), 1U);
  });
}

TEST(waiters, are_freed_with_their_executor) {
  boost::asio::io_context context(1);
  signal changed(context.get_executor());
  std::vector<wake_reason> woken;
  task_gate gate(context.get_executor());
  gate.spawn(wait_on(changed, woken, far_away()));
  context.poll();
  EXPECT_EQ(changed.waiting(), 1U);
}

task<result<std::string>> answer_after(milliseconds pause) {
  const auto slept = co_await sleep_for(pause);
  if (!slept) co_return slept.error();
  co_return "done";
}

task<result<std::string>> stubborn(int& rounds) {
  for (int i = 0; i < 5; ++i) {
    const auto slept = co_await sleep_for(milliseconds(5));
    (void)slept;
    ++rounds;
  }
  co_return fail(errc::internal, "ended late");
}

task<result<std::string>> throwing() {
  throw std::runtime_error("planned");
  co_return "";
}

TEST(wait_for, gives_the_result_or_times_out) {
  run([](boost::asio::io_context&) -> task<> {
    auto quick = co_await wait_for(answer_after(milliseconds(1)), far_away(), "answering");
    EXPECT_EQ(quick.value(), "done");
    auto slow = co_await wait_for(answer_after(milliseconds(10'000)), in_ms(5), "answering");
    EXPECT_EQ(slow.error().code, errc::timed_out);
    EXPECT_EQ(slow.error().message, "answering took too long");
  });
}

TEST(wait_for, waits_for_a_task_that_ignores_cancellation) {
  run([](boost::asio::io_context&) -> task<> {
    int rounds = 0;
    auto out = co_await wait_for(stubborn(rounds), in_ms(1), "it");
    EXPECT_FALSE(out);
    EXPECT_EQ(rounds, 5);
  });
}

TEST(wait_for, throws_on_what_the_task_threw) {
  run([](boost::asio::io_context&) -> task<> {
    bool thrown = false;
    try {
      auto out = co_await wait_for(throwing(), far_away(), "it");
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
  });
}

task<> wait_for_ever(std::vector<errc>& ended) {
  auto out = co_await wait_for(answer_after(milliseconds(100'000)), steady_time::max(), "it");
  ended.push_back(out.error().code);
}

TEST(wait_for, cancelling_the_caller_cancels_the_work) {
  run([](boost::asio::io_context& context) -> task<> {
    task_gate gate(context.get_executor());
    std::vector<errc> ended;
    gate.spawn(wait_for_ever(ended));
    co_await settle();
    const bool all = co_await gate.stop(far_away());
    EXPECT_TRUE(all);
    EXPECT_EQ(ended, (std::vector{errc::stopped}));
  });
}

task<> consume(bounded_queue<int>& from, std::vector<int>& into) {
  while (true) {
    auto one = co_await from.pop(far_away());
    if (!one) break;
    into.push_back(*one);
  }
  into.push_back(-1);
}

task<> produce(bounded_queue<int>& into, int count) {
  for (int i = 0; i < count; ++i) {
    const bool taken = co_await into.push(i, far_away());
    EXPECT_TRUE(taken);
  }
  into.close();
}

TEST(bounded_queue, hands_everything_over_in_order_and_then_ends) {
  run([](boost::asio::io_context& context) -> task<> {
    bounded_queue<int> queue(context.get_executor(), 3);
    task_gate gate(context.get_executor());
    std::vector<int> got;
    gate.spawn(consume(queue, got));
    co_await produce(queue, 1000);
    co_await settle();
    EXPECT_EQ(got.size(), 1001U);
    EXPECT_EQ(got[999], 999);
    EXPECT_EQ(got.back(), -1);
    EXPECT_EQ(gate.running(), 0U);
  });
}

TEST(bounded_queue, is_bounded_and_refuses_after_close) {
  run([](boost::asio::io_context& context) -> task<> {
    bounded_queue<int> queue(context.get_executor(), 2);
    EXPECT_TRUE(queue.try_push(1));
    EXPECT_TRUE(queue.try_push(2));
    EXPECT_FALSE(queue.try_push(3));
    const bool late = co_await queue.push(3, in_ms(5));
    EXPECT_FALSE(late);
    queue.close();
    EXPECT_EQ(queue.try_pop(), 1);
    EXPECT_FALSE(queue.try_push(4));
    auto last = co_await queue.pop(far_away());
    EXPECT_EQ(last, 2);
    auto none = co_await queue.pop(far_away());
    EXPECT_FALSE(none);
  });
}

TEST(bounded_queue, close_wakes_producers_and_consumers) {
  run([](boost::asio::io_context& context) -> task<> {
    bounded_queue<int> empty(context.get_executor(), 1);
    bounded_queue<int> full(context.get_executor(), 1);
    full.try_push(1);
    std::vector<int> got;
    std::vector<bool> pushed;
    task_gate gate(context.get_executor());
    gate.spawn(consume(empty, got));
    gate.spawn(consume(empty, got));
    auto push_one = [](bounded_queue<int>& into, std::vector<bool>& out) -> task<> {
      const bool taken = co_await into.push(2, far_away());
      out.push_back(taken);
    };
    gate.spawn(push_one(full, pushed));
    co_await settle();
    EXPECT_EQ(gate.running(), 3U);
    empty.close();
    full.close();
    co_await settle();
    EXPECT_EQ(gate.running(), 0U);
    EXPECT_EQ(got, (std::vector{-1, -1}));
    EXPECT_EQ(pushed, (std::vector{false}));
  });
}

}  // namespace
}  // namespace parley::io
