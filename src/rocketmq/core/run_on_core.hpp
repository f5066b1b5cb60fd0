// The three forms of every operation over one coroutine: blocking, with a callback, awaited from any executor.
#pragma once

#include "core/client_core.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace parley::rocketmq::core {

/// What a caller gets when the work did not run to its end. `begun` says whether it began. Specialised where an error alone
/// is not the answer.
template <class T>
struct cut_short {
  static T make(error why, bool /*begun*/) { return T(std::move(why)); }
};

[[nodiscard]] inline error stopped_error() { return fail(errc::stopped, "the client is stopped or was not started"); }
[[nodiscard]] inline error own_thread_error() {
  return fail(errc::invalid_argument, "a blocking call on the client's own thread would wait for itself: use the asynchronous form");
}

/// Calls `done` exactly once, be it when it dies. Moved along with the work.
template <class T, class Done>
class finisher {
 public:
  explicit finisher(Done done) : done_(std::move(done)) {}
  finisher(finisher&& other) noexcept : done_(std::exchange(other.done_, std::nullopt)), begun_(other.begun_) {}
  finisher(const finisher&) = delete;
  finisher& operator=(const finisher&) = delete;
  finisher& operator=(finisher&&) = delete;
  ~finisher() { finish_with([this] { return cut_short<T>::make(stopped_error(), begun_); }); }

  void begin() noexcept { begun_ = true; }
  void finish(T value) {
    finish_with([&value]() -> T&& { return std::move(value); });
  }

 private:
  template <class Make>
  void finish_with(Make make) {
    if (!done_) return;
    auto done = std::move(*done_);
    done_.reset();
    done(make());
  }

  std::optional<Done> done_;
  bool begun_{false};
};

template <class T, class Make, class Done>
io::task<void> run_and_finish(Make make, std::shared_ptr<finisher<T, Done>> end) {
  end->begin();
  auto work = make();
  auto value = co_await std::move(work);
  end->finish(std::move(value));
}

/// Inside: the core's stop ends it and waits for it. Outside: for the stop itself.
enum class gate_use : std::uint8_t { inside, outside };

/// Runs the task that `make` returns on the core's thread and calls `done(T)` there exactly once; on the calling thread when
/// the core takes no work.
template <class T, class Make, class Done>
void start_on_core(const std::shared_ptr<client_core>& core, Make make, Done done, gate_use gate = gate_use::inside) {
  auto end = std::make_shared<finisher<T, Done>>(std::move(done));
  auto begin = [core, gate, make = std::move(make), end]() mutable {
    auto work = run_and_finish<T, Make, Done>(std::move(make), std::move(end));
    if (gate == gate_use::inside) {
      core->spawn(std::move(work));
    } else {
      boost::asio::co_spawn(core->executor(), std::move(work), [](const std::exception_ptr&) {});
    }
  };
  if (core->on_own_thread() && core->running()) {
    begin();
  } else {
    auto held = std::make_shared<decltype(begin)>(std::move(begin));  // std::function copies, the work may not
    core->post([held] { (*held)(); });
  }
}

/// For results that nobody misses.
struct drop_unclaimed {
  template <class T>
  void operator()(T&& /*value*/) const noexcept {}
};

/// Blocks for the result, not past `deadline` even if the core's thread is held up by somebody's callback. A result that comes
/// after that goes to `unclaimed`, on the core's thread.
template <class T, class Make, class Unclaimed = drop_unclaimed>
T run_blocking(const std::shared_ptr<client_core>& core, steady_time deadline, Make make, gate_use gate = gate_use::inside,
               Unclaimed unclaimed = {}) {
  if (core->on_own_thread()) return cut_short<T>::make(own_thread_error(), false);
  struct meeting {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<T> value;
    bool left{false};
  };
  const auto here = std::make_shared<meeting>();
  start_on_core<T>(core, std::move(make), [here, unclaimed = std::move(unclaimed)](T value) {
    std::unique_lock meet(here->mutex);
    if (here->left) {
      meet.unlock();
      return unclaimed(std::move(value));
    }
    here->value.emplace(std::move(value));
    here->arrived.notify_one();
  }, gate);
  std::unique_lock lock(here->mutex);
  // The work keeps the deadline itself; this margin is for a thread that is held up.
  constexpr milliseconds margin{80};
  if (!here->arrived.wait_until(lock, deadline + margin, [&] { return here->value.has_value(); })) {
    here->left = true;
    return cut_short<T>::make(fail(errc::timed_out, "the client's thread did not get to it in time: does a callback block it?"), true);
  }
  return std::move(*here->value);
}

/// A completion handler of Asio that two may call, the work and the caller's cancellation: the first one counts. Invoked on
/// the handler's own executor, which is kept from running out of work until then.
template <class T, class Handler>
class awaited_end : public std::enable_shared_from_this<awaited_end<T, Handler>> {
 public:
  using executor_type = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;

  awaited_end(Handler handler, const boost::asio::any_io_executor& fallback)
      : work_(boost::asio::get_associated_executor(handler, fallback)), handler_(std::move(handler)) {}

  void listen_for_cancellation() {
    auto slot = boost::asio::get_associated_cancellation_slot(*handler_);
    if (!slot.is_connected()) return;
    slot.assign([weak = this->weak_from_this()](boost::asio::cancellation_type) {
      if (const auto self = weak.lock()) (void)self->complete(cut_short<T>::make(fail(errc::stopped, "the wait was cancelled"), true));
    });
  }
  /// False, and the value is as it was, when the handler has been called already.
  [[nodiscard]] bool complete(T&& value) {
    std::unique_lock lock(mutex_);
    if (!handler_) return false;
    auto handler = std::move(*handler_);
    handler_.reset();
    lock.unlock();
    const auto executor = work_.get_executor();
    boost::asio::post(executor, [handler = std::move(handler), value = std::move(value), work = std::move(work_)]() mutable {
      auto slot = boost::asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.clear();
      work.reset();
      std::move(handler)(std::move(value));
    });
    return true;
  }

 private:
  std::mutex mutex_;
  boost::asio::executor_work_guard<executor_type> work_;
  std::optional<Handler> handler_;
};

/// The awaited form. On the core's own executor the work runs in the caller's coroutine, without any hand-over. Elsewhere the
/// result of a wait that was cancelled goes to `unclaimed`, on the core's thread.
template <class T, class Make, class Unclaimed = drop_unclaimed>
awaitable<T> run_awaited(std::shared_ptr<client_core> core, Make make, gate_use gate = gate_use::inside, Unclaimed unclaimed = {}) {
  const auto here = co_await boost::asio::this_coro::executor;
  if (core->running() && here == core->executor()) {
    auto work = make();
    auto value = co_await std::move(work);
    co_return value;
  }
  auto initiate = [&core, &make, &unclaimed, gate](auto handler) {
    using handler_type = std::decay_t<decltype(handler)>;
    auto end = std::make_shared<awaited_end<T, handler_type>>(std::move(handler), core->executor());
    end->listen_for_cancellation();
    start_on_core<T>(core, std::move(make), [end, unclaimed = std::move(unclaimed)](T value) {
      if (!end->complete(std::move(value))) unclaimed(std::move(value));
    }, gate);
  };
  auto value = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(initiate, boost::asio::use_awaitable);
  co_return value;
}

}  // namespace parley::rocketmq::core
