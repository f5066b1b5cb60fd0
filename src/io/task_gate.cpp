// The gate: a list of cancellation signals and a signal that the list has become empty.
#include <parley/io/task_gate.hpp>

#include <parley/io/signal.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <list>
#include <memory>
#include <utility>
#include <vector>

namespace parley::io {

namespace {
// How often a stop repeats the cancellation for tasks that were not waiting for anything cancellable before.
constexpr milliseconds repeat_cancel{10};

using signal_list = std::list<std::shared_ptr<boost::asio::cancellation_signal>>;
}  // namespace

struct task_gate::state {
  explicit state(boost::asio::any_io_executor on) : executor(on), ended(std::move(on)) {}

  void cancel_all() {
    // A cancelled task ends later, from the executor; but a cancellation handler may be anybody's: walk a copy.
    std::vector<std::shared_ptr<boost::asio::cancellation_signal>> all(running.begin(), running.end());
    for (const auto& one : all) one->emit(boost::asio::cancellation_type::terminal);
  }

  boost::asio::any_io_executor executor;
  signal ended;
  signal_list running;
  bool stopping{false};
};

// A task's place in the gate. Left when the task ends, and when its executor is destroyed with the task in it.
class task_gate::place {
 public:
  explicit place(std::shared_ptr<state> gate)
      : gate_(std::move(gate)), cancel_(std::make_shared<boost::asio::cancellation_signal>()) {
    at_ = gate_->running.insert(gate_->running.end(), cancel_);
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() {
    if (!left_) gate_->running.erase(at_);
  }
  [[nodiscard]] boost::asio::cancellation_slot slot() const { return cancel_->slot(); }
  void leave() {
    left_ = true;
    gate_->running.erase(at_);
    if (gate_->running.empty()) gate_->ended.notify_all();
  }

 private:
  std::shared_ptr<state> gate_;
  std::shared_ptr<boost::asio::cancellation_signal> cancel_;
  signal_list::iterator at_;
  bool left_{false};
};

namespace {

task<> without_throwing(task<> work) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  // co_spawn would begin inside spawn(), before its caller is ready for what the task does.
  const auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::post(executor, boost::asio::use_awaitable);
  co_await std::move(work);
}

void rethrow_unless_cancelled(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& problem) {
    if (problem.code() != boost::asio::error::operation_aborted) throw;
  }
}

}  // namespace

task_gate::task_gate(boost::asio::any_io_executor executor) : state_(std::make_shared<state>(std::move(executor))) {}

task_gate::~task_gate() { begin_stop(); }

bool task_gate::spawn(task<> work) {
  if (state_->stopping) return false;
  auto entered = std::make_unique<place>(state_);
  auto slot = entered->slot();
  auto done = [entered = std::move(entered)](const std::exception_ptr& failure) {
    entered->leave();
    rethrow_unless_cancelled(failure);
  };
  auto bound = boost::asio::bind_cancellation_slot(slot, std::move(done));
  boost::asio::co_spawn(state_->executor, without_throwing(std::move(work)), std::move(bound));
  return true;
}

bool task_gate::stopping() const noexcept { return state_->stopping; }
std::size_t task_gate::running() const noexcept { return state_->running.size(); }

void task_gate::begin_stop() {
  state_->stopping = true;
  state_->cancel_all();
}

task<bool> task_gate::stop(steady_time deadline) {
  const auto held = state_;  // the gate itself may be gone before the last task is
  held->stopping = true;
  while (!held->running.empty()) {
    held->cancel_all();
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) co_return false;
    const auto until = std::min(deadline, now + repeat_cancel);
    co_await held->ended.wait_until(until);
  }
  co_return true;
}

}  // namespace parley::io
