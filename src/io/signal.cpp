// Waiters are timers in a list; to wake one is to cancel its timer.
#include <parley/io/signal.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace parley::io {

// Takes the waiter off the list however its coroutine ends, be it by being destroyed.
class signal::listed {
 public:
  listed(std::shared_ptr<waiter_list> waiters, boost::asio::steady_timer* timer)
      : waiters_(std::move(waiters)), at_(waiters_->insert(waiters_->end(), waiter{timer, false})) {}
  listed(const listed&) = delete;
  listed& operator=(const listed&) = delete;
  ~listed() { waiters_->erase(at_); }
  [[nodiscard]] bool notified() const noexcept { return at_->notified; }

 private:
  std::shared_ptr<waiter_list> waiters_;
  waiter_list::iterator at_;
};

signal::signal(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)), waiters_(std::make_shared<waiter_list>()) {}

void signal::notify_one() {
  for (auto& one : *waiters_) {
    // A timer with nothing to cancel belongs to a waiter that is about to run for another reason: the next one is meant.
    if (one.notified || one.timer->cancel() == 0) continue;
    one.notified = true;
    return;
  }
}

void signal::notify_all() {
  for (auto& one : *waiters_) {
    if (one.timer->cancel() > 0) one.notified = true;
  }
}

task<wake_reason> signal::wait_until(steady_time deadline) {
  boost::asio::steady_timer timer(executor_, deadline);
  const listed entry(waiters_, &timer);
  boost::system::error_code woken;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  if (entry.notified()) co_return wake_reason::notified;
  co_return woken ? wake_reason::cancelled : wake_reason::deadline;
}

task<wake_reason> signal::wait() { return wait_until(steady_time::max()); }

}  // namespace parley::io
