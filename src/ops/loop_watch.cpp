// Asks the main loop how it is, and never waits for it longer than it was told.
#include "loop_watch.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::ops {

loop_watch::loop_watch(boost::asio::any_io_executor here, boost::asio::any_io_executor loop, look on_loop)
    : here_(here), loop_(std::move(loop)), on_loop_(std::move(on_loop)), arrived_(std::move(here)) {}

void loop_watch::ask() {
  if (asked_at_) return;
  asked_at_ = system_clock().steady_now();
  boost::asio::post(loop_, [weak = weak_from_this()] {
    // Gone with the endpoint: nobody wants to know, and what the look refers to may be gone too.
    const auto self = weak.lock();
    if (!self) return;
    auto seen = std::make_shared<const report>(self->on_loop_());
    boost::asio::post(self->here_, [weak, seen = std::move(seen)]() mutable {
      if (const auto alive = weak.lock()) alive->answered(std::move(seen));
    });
  });
}

void loop_watch::answered(std::shared_ptr<const report> what) {
  took_ = std::chrono::duration_cast<milliseconds>(system_clock().steady_now() - *asked_at_);
  asked_at_.reset();
  last_ = std::move(what);
  ++answers_;
  arrived_.notify_all();
}

io::task<std::shared_ptr<const report>> loop_watch::fresh(milliseconds patience) {
  const auto deadline = system_clock().steady_now() + patience;
  const auto before = answers_;
  ask();
  while (answers_ == before) {
    const auto why = co_await arrived_.wait_until(deadline);
    if (why != io::wake_reason::notified) co_return nullptr;
  }
  co_return last_;
}

milliseconds loop_watch::delay(steady_time now) const {
  if (!asked_at_) return took_;
  return std::max(took_, std::chrono::duration_cast<milliseconds>(now - *asked_at_));
}

}  // namespace parley::ops
