// Accepting, counting and ending connections.
#include <parley/remoting/net/listener.hpp>

#include <parley/io/deadline.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task_gate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace parley::remoting {
namespace {

// How often a stop looks whether the last bytes have left.
constexpr milliseconds drain_look{5};

error closing() { return fail(errc::stopped, "the listener is closed"); }

}  // namespace

struct listener::state : std::enable_shared_from_this<listener::state> {
  state(std::unique_ptr<io::acceptor> taken, boost::asio::any_io_executor executor, listener_options with, listener_handlers calls)
      : from(std::move(taken)),
        options(std::move(with)),
        handlers(std::move(calls)),
        emptied(executor),
        accepting(std::move(executor)) {}

  static io::task<> accept_loop(std::shared_ptr<state> s);
  void take(std::unique_ptr<io::byte_stream> stream);
  void refuse_new() {
    stopping = true;
    from->close();
    accepting.begin_stop();
  }
  /// Closes those that `which` chooses. Their close handlers come later, so the set does not change under the loop.
  template <class Predicate>
  void close_those(Predicate which) {
    for (const auto& one : open) {
      if (which(*one)) one->close(closing());
    }
  }

  std::unique_ptr<io::acceptor> from;
  listener_options options;
  listener_handlers handlers;
  std::set<std::shared_ptr<connection>> open;
  io::signal emptied;
  io::task_gate accepting;
  listener_probe probe;
  bool stopping{false};
};

io::task<> listener::state::accept_loop(std::shared_ptr<state> s) {
  while (!s->stopping) {
    auto stream = co_await s->from->accept();
    if (s->stopping) break;
    if (stream) {
      s->take(std::move(*stream));
      continue;
    }
    if (stream.error().code == errc::stopped) break;
    // Descriptors come back when connections end; asking again at once would only burn the processor.
    ++s->probe.paused;
    s->options.connection.log.warn(stream.error().message);
    const auto slept = co_await io::sleep_for(s->options.accept_pause);
    (void)slept;
  }
}

void listener::state::take(std::unique_ptr<io::byte_stream> stream) {
  if (open.size() >= options.max_connections) {
    ++probe.refused;
    options.connection.log.warn("connection refused: too many are open", {{"peer", stream->peer_name()}});
    return;
  }
  ++probe.accepted;
  const auto taken = connection::make(std::move(stream), options.connection);
  open.insert(taken);
  auto ended = [held = weak_from_this(), which = std::weak_ptr(taken)](const error& why) {
    const auto alive = held.lock();
    const auto gone = which.lock();
    if (!alive || !gone) return;
    alive->open.erase(gone);
    if (alive->handlers.on_close) alive->handlers.on_close(gone, why);
    if (alive->open.empty()) alive->emptied.notify_all();
  };
  taken->start(handlers.on_request, std::move(ended));
  if (handlers.on_open) handlers.on_open(taken);
}

listener::listener(std::unique_ptr<io::acceptor> from, boost::asio::any_io_executor executor, listener_options options,
                   listener_handlers handlers)
    : state_(std::make_shared<state>(std::move(from), std::move(executor), std::move(options), std::move(handlers))) {}

listener::~listener() { close(); }

void listener::start() { state_->accepting.spawn(state::accept_loop(state_)); }
const endpoint& listener::local() const noexcept { return state_->from->local(); }
std::size_t listener::connections() const noexcept { return state_->open.size(); }
const listener_probe& listener::probe() const noexcept { return state_->probe; }

io::task<bool> listener::stop(steady_time deadline) {
  const auto held = state_;
  held->refuse_new();
  auto why = io::wake_reason::notified;
  while (!held->open.empty() && why != io::wake_reason::cancelled) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) break;
    held->close_those([](const connection& one) { return one.unsent_bytes() == 0; });
    why = co_await held->emptied.wait_until(std::min(deadline, now + drain_look));
  }
  const auto unsent = [](const auto& one) { return !one->closed() && one->unsent_bytes() > 0; };
  const bool drained = std::none_of(held->open.begin(), held->open.end(), unsent);
  held->close_those([](const connection&) { return true; });
  co_return drained;
}

void listener::close() {
  state_->refuse_new();
  state_->close_those([](const connection&) { return true; });
}

}  // namespace parley::remoting
