// Sleeping.
#include <parley/io/deadline.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace parley::io {

task<result<void>> sleep_until(steady_time when) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, when);
  boost::system::error_code woken;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  if (woken) co_return fail(errc::stopped, "the wait was cancelled");
  co_return result<void>();
}

task<result<void>> sleep_for(milliseconds duration) { return sleep_until(std::chrono::steady_clock::now() + duration); }

}  // namespace parley::io
