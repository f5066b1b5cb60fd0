// The endpoint's thread: what is asked of it, and its end.
#include <parley/ops/operations_endpoint.hpp>

#include "http/http_server.hpp"
#include "loop_watch.hpp"
#include "pages.hpp"
#include "process_figures.hpp"

#include <parley/io/deadline.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <pthread.h>

#include <atomic>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

namespace parley::ops {
namespace {

constexpr milliseconds stop_at_most{500};

http_limits limits_of(const operations_options& options) {
  return http_limits{
      .connections = options.max_connections, .request_bytes = options.max_request_bytes, .patience = options.patience};
}

}  // namespace

/// On its own thread but for `draining`.
struct operations_endpoint::state {
  state(operations_options given, boost::asio::any_io_executor main_loop, look on_loop)
      : options(std::move(given)),
        gate(context.get_executor()),
        loop(std::make_shared<loop_watch>(context.get_executor(), std::move(main_loop), std::move(on_loop))) {}

  void begin();
  void run();
  io::task<void> end();
  io::task<void> keep_asking();
  io::task<http_answer> page(std::string path);
  io::task<readiness> ready();
  [[nodiscard]] observation draining_seen(steady_time now) const;
  [[nodiscard]] observation loop_seen(bool answers, steady_time now) const;

  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  operations_options options;
  std::atomic<bool> draining{false};
  io::task_gate gate;
  std::shared_ptr<loop_watch> loop;
  std::optional<http_server> server;
  std::thread thread;
};

void operations_endpoint::state::begin() {
  server->start();
  gate.spawn(keep_asking());
}

void operations_endpoint::state::run() {
  ::pthread_setname_np(::pthread_self(), "parley-ops");
  context.run();
}

io::task<void> operations_endpoint::state::end() {
  const auto deadline = system_clock().steady_now() + stop_at_most;
  co_await server->stop(deadline);
  co_await gate.stop(deadline);
  context.stop();
}

io::task<void> operations_endpoint::state::keep_asking() {
  while (!gate.stopping()) {
    co_await loop->fresh(options.loop_patience);
    co_await io::sleep_for(options.report_period);
  }
}

observation operations_endpoint::state::draining_seen(steady_time now) const {
  return observation{.name = "not_draining", .seen_at = now, .error = draining ? "the process was asked to stop" : ""};
}

observation operations_endpoint::state::loop_seen(bool answers, steady_time now) const {
  observation out{.name = "event_loop", .seen_at = now};
  if (!answers) out.error = "no answer for " + std::to_string(loop->delay(now).count()) + " ms";
  return out;
}

io::task<readiness> operations_endpoint::state::ready() {
  const auto seen = co_await loop->fresh(options.loop_patience);
  const auto now = system_clock().steady_now();
  std::vector<observation> all{draining_seen(now), loop_seen(seen != nullptr, now)};
  const auto known = seen ? seen : loop->last();
  if (known) all.insert(all.end(), known->observations.begin(), known->observations.end());
  co_return judge(all, now);
}

io::task<http_answer> operations_endpoint::state::page(std::string path) {
  if (path == "/health") {
    const auto seen = co_await loop->fresh(options.loop_patience);
    co_return health_page(seen != nullptr, loop->delay(system_clock().steady_now()));
  }
  if (path == "/ready") {
    const auto found = co_await ready();
    co_return ready_page(found);
  }
  if (path == "/metrics") {
    const auto found = co_await ready();
    auto all = process_figures();
    all.append(figures_of(found, loop->delay(system_clock().steady_now())));
    if (const auto last = loop->last()) all.append(last->metrics);
    co_return metrics_page(all);
  }
  co_return plain_answer(404);
}

result<std::unique_ptr<operations_endpoint>> operations_endpoint::open(operations_options options,
                                                                       boost::asio::any_io_executor loop, look on_loop, logger log) {
  auto made = std::make_shared<state>(std::move(options), std::move(loop), std::move(on_loop));
  auto from = io::make_tcp_acceptor(made->context.get_executor(), made->options.where);
  if (!from) return std::move(from).error();
  auto* const own = made.get();
  made->server.emplace(
      std::move(*from), made->context.get_executor(), limits_of(made->options),
      [own](std::string path) { return own->page(std::move(path)); }, std::move(log));
  // Queued before an end can be, and inside the loop: a task that is cancelled before its first step would throw.
  boost::asio::post(made->context, [own] { own->begin(); });
  made->thread = std::thread([own] { own->run(); });
  return std::unique_ptr<operations_endpoint>(new operations_endpoint(std::move(made)));
}

operations_endpoint::operations_endpoint(std::shared_ptr<state> s) : state_(std::move(s)) {}

operations_endpoint::~operations_endpoint() {
  boost::asio::co_spawn(state_->context, state_->end(), [](const std::exception_ptr&) {});
  state_->thread.join();
}

void operations_endpoint::drain() noexcept { state_->draining = true; }

const endpoint& operations_endpoint::local() const noexcept { return state_->server->local(); }

}  // namespace parley::ops
