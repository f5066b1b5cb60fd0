// What runs beside the callers: reading, writing and the timer.
#include "net/completer.hpp"
#include "net/connection_state.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/net/connection.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <exception>
#include <utility>

namespace parley::remoting {

namespace asio = boost::asio;

io::task<> connection::read_loop(std::shared_ptr<connection> self) {
  auto& s = *self->state_;
  const release_at_end executor_may_die(self, false);
  // A spawned coroutine begins at once: no handler is to run inside start().
  co_await asio::post(s.executor, asio::use_awaitable);
  while (!s.closed) {
    const auto space = s.in.prepare();
    auto count = co_await s.stream->read_some(space);
    if (s.closed) break;
    if (!count) {
      const auto* const where = s.in.size() > 0 ? "in the middle of a frame: " : "";
      auto why = count.error().with_context(where);
      if (s.probe.frames_in == 0 && s.probe.bytes_out > 0) {
        why.message += "; it has said nothing, so see whether it wants TLS";
        if (why.fault == link_fault::none) why.fault = link_fault::tls_wanted;
      }
      self->close(std::move(why));
      break;
    }
    s.in.commit(*count);
    s.probe.bytes_in += *count;
    s.read();
    self->take_frames();
  }
}

void connection::take_frames() try {
  auto& s = *state_;
  while (!s.closed) {
    auto frame = s.in.next();
    if (!frame) {
      close(frame.error().with_context(fmt::format("{} does not speak the protocol: ", peer())));
      return;
    }
    if (!*frame) return;
    take_frame(**frame);
  }
} catch (const std::exception& problem) {
  // A programming error of a handler ends this connection and nothing else.
  close(fail(errc::internal, fmt::format("a handler of the connection to {} threw: {}", peer(), problem.what())));
}

void connection::take_frame(byte_view frame) {
  auto& s = *state_;
  ++s.probe.frames_in;
  auto decoded = decode_frame(frame);
  if (!decoded) {
    close(decoded.error().with_context(fmt::format("{} sent a frame that does not decode: ", peer())));
    return;
  }
  if (!decoded->is_response()) {
    answer_request(std::move(*decoded));
    return;
  }
  // An answer to a request that has not left is no answer to it.
  const auto* const waiting = s.pending.find(decoded->opaque);
  if (waiting == nullptr || !s.out.handed(waiting->frame)) {
    ++s.probe.unmatched;
    ++s.counted->late_answers;
    return;
  }
  auto call = s.pending.take(decoded->opaque);
  call->done->complete(call_outcome{.answer = std::move(*decoded), .written = true});
}

void connection::answer_request(command request) {
  auto& s = *state_;
  if (!s.on_request) return;
  const bool oneway = request.is_oneway();
  const auto apology = respond_to(request, response_code::system_error);
  auto answer = s.on_request(shared_from_this(), std::move(request));
  if (!answer || oneway || s.closed) return;
  auto sent = reply(std::move(*answer));
  if (sent) return;
  if (sent.error().code == errc::overloaded) {
    // It asks and does not read what it is told: keeping more for it would have no end.
    close(sent.error().with_context("the peer does not read its answers: "));
    return;
  }
  auto instead = apology;
  instead.remark = sent.error().message;
  auto second = reply(std::move(instead));
  if (!second) close(second.error());
}

io::task<> connection::write_loop(std::shared_ptr<connection> self) {
  auto& s = *self->state_;
  while (!s.closed) {
    const auto run = s.out.next_run();
    s.probe.frames_out = s.out.frames_handed();
    if (run.empty()) {
      boost::system::error_code woken;
      s.writer_waits = true;
      co_await s.wake_writer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      continue;
    }
    auto written = co_await s.stream->write_all(run);
    if (!written) {
      self->close(written.error());
      break;
    }
    s.out.done();
    s.probe.bytes_out += run.size();
    s.wrote();
  }
}

void connection::wake_writer() {
  // Resumes the loop from the executor, not here: what else the caller queues before then leaves in the same write.
  if (!std::exchange(state_->writer_waits, false)) return;
  state_->wake_writer.cancel();
}

void connection::arm_timer() {
  auto& s = *state_;
  const auto when = s.next_event();
  // Later than armed is no reason to re-arm: the timer then finds nothing to do and arms itself again.
  if (s.closed || when >= s.armed_for) return;
  s.armed_for = when;
  s.timer.expires_at(when);
  s.timer.async_wait([held = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto alive = held.lock();
    if (!cancelled && alive) alive->on_timer();
  });
}

void connection::on_timer() {
  auto& s = *state_;
  if (s.closed) return;
  s.armed_for = steady_time::max();
  const auto now = std::chrono::steady_clock::now();
  while (auto call = s.pending.take_expired(now)) {
    const bool written = !s.out.cancel(call->frame);
    ++s.probe.timed_out;
    ++s.counted->timed_out;
    const auto* const how = written ? "did not answer request {} in time" : "took no bytes of request {} in time";
    auto why = fail(errc::timed_out, fmt::format("{} {}", peer(), fmt::format(fmt::runtime(how), call->code)));
    call->done->complete(call_outcome{.answer = std::move(why), .written = written});
  }
  if (s.closed) return;
  if (now >= s.last_activity + s.options.idle_timeout) {
    close(fail(errc::disconnected, fmt::format("the connection to {} was idle for {} ms", peer(), s.options.idle_timeout.count())));
    return;
  }
  if (s.options.stall_check.count() > 0 && !s.pending.empty() && now >= s.next_stall_check) {
    if (s.stream->stalled()) {
      close(fail(errc::disconnected, fmt::format("{} acknowledges nothing: the path to it seems broken", peer())));
      return;
    }
    s.next_stall_check = now + s.options.stall_check;
  }
  arm_timer();
}

}  // namespace parley::remoting
