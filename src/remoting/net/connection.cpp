// A connection's life and its calls; the two loops are in connection_loops.cpp.
#include <parley/remoting/net/connection.hpp>

#include "net/completer.hpp"
#include "net/connection_state.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <exception>
#include <utility>

namespace parley::remoting {
namespace {

namespace asio = boost::asio;

error not_usable(const error& why, const std::string& peer) {
  const auto code = why.code == errc::stopped ? errc::stopped : errc::disconnected;
  return error{.code = code, .message = fmt::format("the connection to {} is closed: {}", peer, why.message), .fault = why.fault};
}

void complete_later(const asio::any_io_executor& executor, std::unique_ptr<completer> done, error why, bool written) {
  asio::post(executor, [done = std::move(done), why = std::move(why), written]() mutable {
    done->complete(call_outcome{.answer = std::move(why), .written = written});
  });
}

}  // namespace

connection::connection(std::unique_ptr<state> s) : state_(std::move(s)) {}
connection::~connection() = default;

std::shared_ptr<connection> connection::make(std::unique_ptr<io::byte_stream> stream, connection_options options) {
  return std::shared_ptr<connection>(new connection(std::make_unique<state>(std::move(stream), std::move(options))));
}

void connection::start(request_handler on_request, close_handler on_close) {
  if (state_->started || state_->closed) return;
  state_->started = true;
  ++state_->counted->connections;
  state_->on_request = std::move(on_request);
  state_->on_close = std::move(on_close);
  state_->read();
  spawn(read_loop(shared_from_this()));
  spawn(write_loop(shared_from_this()));
  arm_timer();
}

void connection::spawn(io::task<> loop) {
  asio::co_spawn(state_->executor, std::move(loop), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

// Enters and queues the request; nothing is returned where that was not possible, and `done` hears why later.
std::optional<std::int32_t> connection::submit(command request, steady_time deadline, std::unique_ptr<completer> done) {
  auto& s = *state_;
  const auto refuse = [&](error why) -> std::optional<std::int32_t> {
    complete_later(s.executor, std::move(done), std::move(why), false);
    return std::nullopt;
  };
  if (s.closed || !s.started) return refuse(not_usable(s.why, peer()));
  const auto now = std::chrono::steady_clock::now();
  if (deadline <= now) {
    return refuse(fail(errc::timed_out, fmt::format("no time was left to send request {} to {}", request.code, peer())));
  }
  if (s.pending.full()) {
    return refuse(
        fail(errc::overloaded, fmt::format("{} requests to {} await an answer, no more are taken", s.pending.size(), peer())));
  }
  if (s.pending.empty()) s.next_stall_check = now + s.options.stall_check;
  const auto opaque = s.pending.add(waiting_call{.done = nullptr, .code = request.code}, deadline);
  request.opaque = *opaque;
  auto queued = s.out.push(request);
  if (!queued) {
    s.pending.take(*opaque);
    return refuse(queued.error().with_context(fmt::format("request {} to {}: ", request.code, peer())));
  }
  auto* const entered = s.pending.find(*opaque);
  entered->done = std::move(done);
  entered->frame = *queued;
  ++s.counted->requests;
  wake_writer();
  arm_timer();
  return opaque;
}

void connection::call(command request, steady_time deadline, completion done) {
  submit(std::move(request), deadline, std::make_unique<callback_completer>(std::move(done)));
}

io::task<call_outcome> connection::call(command request, steady_time deadline) {
  const auto self = shared_from_this();
  auto begin = [&self, &request, deadline](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto done = std::make_unique<handler_completer<decltype(handler)>>(std::move(handler));
    const auto opaque = self->submit(std::move(request), deadline, std::move(done));
    if (!opaque || !slot.is_connected()) return;
    slot.assign([held = std::weak_ptr(self), number = *opaque](asio::cancellation_type) {
      if (const auto alive = held.lock()) alive->give_up(number);
    });
  };
  auto outcome = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(call_outcome)>(begin, asio::use_awaitable);
  co_return outcome;
}

void connection::give_up(std::int32_t opaque) {
  auto& s = *state_;
  auto call = s.pending.take(opaque);
  if (!call) return;
  const bool written = !s.out.cancel(call->frame);
  complete_later(s.executor, std::move(call->done),
                 fail(errc::stopped, fmt::format("request {} to {} was given up", call->code, peer())), written);
}

result<void> connection::send(const command& frame) {
  auto& s = *state_;
  if (s.closed || !s.started) return not_usable(s.why, peer());
  auto queued = s.out.push(frame);
  if (!queued) return queued.error().with_context(fmt::format("to {}: ", peer()));
  wake_writer();
  return {};
}

result<void> connection::send_oneway(command request) {
  request.flag |= command::oneway_flag;
  // Nobody waits for it, but it must not look like an answer to a request that is under way the other way.
  request.opaque = state_->next_oneway_opaque--;
  return send(request);
}

result<void> connection::reply(command response) {
  response.flag |= command::response_flag;
  return send(response);
}

void connection::close(error why) {
  auto& s = *state_;
  if (s.closed) return;
  s.closed = true;
  if (s.started) --s.counted->connections;
  s.why = std::move(why);
  s.options.log.debug("connection closed", {{"peer", peer()}, {"error", s.why.message}});
  s.stream->close();
  s.timer.cancel();
  s.wake_writer.cancel();
  asio::post(s.executor,
             [self = shared_from_this(), last = std::make_unique<release_at_end>(shared_from_this(), true)] { self->finish(); });
}

void connection::finish() {
  auto& s = *state_;
  while (auto call = s.pending.take_any()) {
    const bool written = s.out.handed(call->frame);
    call->done->complete(call_outcome{.answer = not_usable(s.why, peer()), .written = written});
  }
  // What the handlers hold must not outlive the connection's use.
  s.on_request = nullptr;
  if (const auto told = std::exchange(s.on_close, nullptr)) told(s.why);
}

void connection::release() {
  while (state_->pending.take_any()) {
  }
  state_->on_request = nullptr;
  state_->on_close = nullptr;
}

connection::release_at_end::~release_at_end() {
  if (even_when_closed_ || !self_->closed()) self_->release();
}

bool connection::closed() const noexcept { return state_->closed; }
const std::string& connection::peer() const noexcept { return state_->stream->peer_name(); }
const std::string& connection::local() const noexcept { return state_->stream->local_name(); }
const connection_probe& connection::probe() const noexcept { return state_->probe; }
std::size_t connection::pending() const noexcept { return state_->pending.size(); }
std::size_t connection::unsent_bytes() const noexcept { return state_->out.unsent_bytes(); }

}  // namespace parley::remoting
