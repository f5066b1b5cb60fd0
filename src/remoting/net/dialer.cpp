// One route an address: its connection, or the attempt to make one, and who waits for it.
#include <parley/remoting/net/dialer.hpp>

#include <parley/io/backoff.hpp>
#include <parley/io/deadline.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task_gate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace parley::remoting {
namespace {

struct route {
  route(endpoint to, boost::asio::any_io_executor executor, const dialer_options& options)
      : address(std::move(to)), pause(options.backoff_first, options.backoff_most), changed(std::move(executor)) {}

  [[nodiscard]] bool usable() const noexcept { return open && !open->closed(); }

  endpoint address;
  std::shared_ptr<connection> open;
  bool dialling{false};
  io::backoff pause;
  steady_time not_before{};   // the next attempt
  std::uint64_t failures{0};  // of attempts
  error last{errc::unreachable, "no attempt was made"};
  io::signal changed;  // an attempt has ended, or everything has
};

}  // namespace

struct dialer::state : std::enable_shared_from_this<dialer::state> {
  state(std::shared_ptr<io::connector> through, boost::asio::any_io_executor on, dialer_options with, random_source numbers,
        const clock& by)
      : connector(std::move(through)), executor(on), options(std::move(with)), random(numbers), time(by), attempts(std::move(on)) {
    if (!options.connection.counted_in) options.connection.counted_in = std::make_shared<traffic>();
  }

  [[nodiscard]] connection* usable(const endpoint& to) const {
    const auto at = routes.find(to);
    return at != routes.end() && at->second->usable() ? at->second->open.get() : nullptr;
  }
  void sign(command& request) const {
    if (signer) signer(request);
  }
  std::shared_ptr<route> route_to(const endpoint& to);
  void forget_unused();
  void dial(const std::shared_ptr<route>& to);
  void opened(const std::shared_ptr<route>& to, std::unique_ptr<io::byte_stream> stream);
  void attempt_failed(route& to, error why);
  void lost(route& at, const std::shared_ptr<connection>& which, const error& why);

  static io::task<> attempt(std::shared_ptr<state> s, std::shared_ptr<route> to);
  static io::task<result<std::shared_ptr<connection>>> connected(std::shared_ptr<state> s, endpoint to, steady_time deadline);
  static io::task<call_outcome> connect_and_call(std::shared_ptr<state> s, endpoint to, command request, steady_time deadline);

  std::shared_ptr<io::connector> connector;
  boost::asio::any_io_executor executor;
  dialer_options options;
  random_source random;
  const clock& time;
  connection::request_handler on_request;
  std::function<void(const endpoint&, const error&)> on_lost;
  address_map map;
  request_signer signer;
  std::map<endpoint, std::shared_ptr<route>> routes;
  io::task_gate attempts;
  bool closed{false};
};

std::shared_ptr<route> dialer::state::route_to(const endpoint& to) {
  const auto at = routes.find(to);
  if (at != routes.end()) return at->second;
  if (routes.size() >= options.max_connections) forget_unused();
  if (routes.size() >= options.max_connections) return nullptr;
  return routes.emplace(to, std::make_shared<route>(to, executor, options)).first->second;
}

void dialer::state::forget_unused() {
  // Somebody else holding the route waits for it or dials.
  std::erase_if(routes, [](const auto& entry) { return !entry.second->usable() && entry.second.use_count() == 1; });
}

void dialer::state::dial(const std::shared_ptr<route>& to) {
  if (to->dialling) return;
  to->dialling = attempts.spawn(attempt(shared_from_this(), to));
}

io::task<> dialer::state::attempt(std::shared_ptr<state> s, std::shared_ptr<route> to) {
  if (to->not_before > s->time.steady_now()) {
    const auto slept = co_await io::sleep_until(to->not_before);
    (void)slept;  // cut short only by close(), seen below
  }
  auto stream = result<std::unique_ptr<io::byte_stream>>(fail(errc::stopped, "the client is closed"));
  if (!s->closed) {
    const auto target = s->map ? s->map(to->address) : to->address;
    const auto until = s->time.steady_now() + s->options.connect_timeout;
    stream = co_await s->connector->connect(target, until);
  }
  to->dialling = false;
  if (!s->closed && stream) s->opened(to, std::move(*stream));
  if (!s->closed && !stream) s->attempt_failed(*to, stream.error());
  to->changed.notify_all();
}

void dialer::state::opened(const std::shared_ptr<route>& to, std::unique_ptr<io::byte_stream> stream) {
  to->open = connection::make(std::move(stream), options.connection);
  options.connection.log.debug("connected", {{"address", to->address.to_string()}, {"peer", to->open->peer()}});
  auto ended = [held = weak_from_this(), at = std::weak_ptr(to), which = std::weak_ptr(to->open)](const error& why) {
    const auto alive = held.lock();
    const auto where = at.lock();
    if (alive && where) alive->lost(*where, which.lock(), why);
  };
  to->open->start(on_request, std::move(ended));
}

void dialer::state::attempt_failed(route& to, error why) {
  ++to.failures;
  ++options.connection.counted_in->failed_connects;
  to.last = std::move(why);
  to.not_before = time.steady_now() + to.pause.next(random);
  options.connection.log.debug("cannot connect", {{"address", to.address.to_string()}, {"error", to.last.message}});
}

void dialer::state::lost(route& at, const std::shared_ptr<connection>& which, const error& why) {
  const bool was_used = which && which->probe().frames_in > 0;
  if (at.open == which) at.open.reset();
  if (was_used) {
    at.pause.reset();
    at.not_before = {};
  } else {
    at.not_before = time.steady_now() + at.pause.next(random);
  }
  if (closed || why.code == errc::stopped) return;
  const auto address = at.address;
  if (const auto told = on_lost) told(address, why);
}

io::task<result<std::shared_ptr<connection>>> dialer::state::connected(std::shared_ptr<state> s, endpoint to, steady_time deadline) {
  if (s->closed) co_return fail(errc::stopped, fmt::format("{} is not called: the client is closed", to.to_string()));
  const auto way = s->route_to(to);
  if (!way) {
    co_return fail(errc::overloaded,
                   fmt::format("{} is not called: {} addresses are in use already", to.to_string(), s->routes.size()));
  }
  const auto failures_before = way->failures;
  auto why = io::wake_reason::notified;
  while (!s->closed && !way->usable() && way->failures == failures_before && why == io::wake_reason::notified) {
    s->dial(way);
    why = co_await way->changed.wait_until(deadline);
  }
  if (way->usable() && !s->closed) co_return way->open;
  if (s->closed || why == io::wake_reason::cancelled) {
    co_return fail(errc::stopped, fmt::format("waiting for a connection to {} was given up", to.to_string()));
  }
  if (way->failures != failures_before) co_return error(way->last);
  const auto before = way->failures > 0 ? "; before that: " + way->last.message : std::string();
  auto late = fail(errc::unreachable, fmt::format("no connection to {} could be made in time{}", to.to_string(), before));
  late.fault = way->failures > 0 ? way->last.fault : link_fault::no_answer;
  co_return late;
}

io::task<call_outcome> dialer::state::connect_and_call(std::shared_ptr<state> s, endpoint to, command request, steady_time deadline) {
  auto ready = co_await connected(s, std::move(to), deadline);
  if (!ready) co_return call_outcome{.answer = ready.error(), .written = false};
  s->sign(request);
  auto outcome = co_await (*ready)->call(std::move(request), deadline);
  co_return outcome;
}

dialer::dialer(std::shared_ptr<io::connector> connector, boost::asio::any_io_executor executor, dialer_options options,
               random_source random, const clock& time)
    : state_(std::make_shared<state>(std::move(connector), std::move(executor), std::move(options), random, time)) {}

dialer::~dialer() { close(); }

void dialer::on_request(connection::request_handler handler) { state_->on_request = std::move(handler); }
void dialer::on_lost(std::function<void(const endpoint&, const error&)> handler) { state_->on_lost = std::move(handler); }
void dialer::map_addresses(address_map map) { state_->map = std::move(map); }
void dialer::sign_with(request_signer signer) { state_->signer = std::move(signer); }

io::task<call_outcome> dialer::call(endpoint to, command request, steady_time deadline) {
  // The usual case makes no coroutine of its own.
  if (auto* const open = state_->usable(to)) {
    state_->sign(request);
    return open->call(std::move(request), deadline);
  }
  return state::connect_and_call(state_, std::move(to), std::move(request), deadline);
}

io::task<result<void>> dialer::send_oneway(endpoint to, command request, steady_time deadline) {
  const auto held = state_;
  auto ready = co_await state::connected(held, std::move(to), deadline);
  if (!ready) co_return ready.error();
  held->sign(request);
  co_return (*ready)->send_oneway(std::move(request));
}

std::shared_ptr<connection> dialer::existing(const endpoint& to) const {
  auto* const open = state_->usable(to);
  return open != nullptr ? open->shared_from_this() : nullptr;
}

const traffic& dialer::counted() const noexcept { return *state_->options.connection.counted_in; }

void dialer::drop_others(const std::vector<endpoint>& keep) {
  for (const auto& [address, way] : state_->routes) {
    const bool wanted = std::find(keep.begin(), keep.end(), address) != keep.end();
    if (wanted || !way->usable() || way->open->pending() > 0 || way->open->unsent_bytes() > 0) continue;
    way->open->close(fail(errc::stopped, fmt::format("{} is not needed any more", address.to_string())));
  }
  state_->forget_unused();
}

void dialer::close() {
  if (std::exchange(state_->closed, true)) return;
  state_->attempts.begin_stop();
  for (const auto& [address, way] : state_->routes) {
    if (way->open) way->open->close(fail(errc::stopped, "the client is closed"));
    way->changed.notify_all();
  }
}

}  // namespace parley::remoting
