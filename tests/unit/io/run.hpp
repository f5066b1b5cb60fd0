// Runs one coroutine on an executor of its own to its end.
#pragma once

#include <parley/io/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <utility>

namespace parley::io {

/// Ends when the task does, whatever else still waits; fails the test after 45 s. An exception of the task is thrown on.
template <class Make>
void run(Make make) {
  boost::asio::io_context context(1);
  bool ended = false;
  boost::asio::co_spawn(context, make(context), [&](const std::exception_ptr& failure) {
    ended = true;
    context.stop();
    if (failure) std::rethrow_exception(failure);
  });
  context.run_for(std::chrono::seconds(45));
  EXPECT_TRUE(ended) << "the coroutine did not come to its end";
}

/// Lets everything that is ready run, some rounds.
inline task<> settle() {
  const auto executor = co_await boost::asio::this_coro::executor;
  for (int round = 0; round < 20; ++round) co_await boost::asio::post(executor, boost::asio::use_awaitable);
}

[[nodiscard]] inline std::chrono::steady_clock::time_point in_ms(int count) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(count);
}
[[nodiscard]] inline std::chrono::steady_clock::time_point far_away() { return in_ms(40'000); }

}  // namespace parley::io
