// Who waits for the outcome of a call: a callback or a suspended coroutine, behind one small interface.
#pragma once

#include <parley/remoting/exchange/outbox.hpp>
#include <parley/remoting/net/connection.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>

#include <memory>
#include <utility>

namespace parley::remoting {

/// Is completed at most once; dropping it instead is right only when its executor is being destroyed.
class completer {
 public:
  completer() = default;
  completer(const completer&) = delete;
  completer& operator=(const completer&) = delete;
  virtual ~completer() = default;
  virtual void complete(call_outcome outcome) = 0;
};

class callback_completer final : public completer {
 public:
  explicit callback_completer(connection::completion done) : done_(std::move(done)) {}
  void complete(call_outcome outcome) override { done_(std::move(outcome)); }

 private:
  connection::completion done_;
};

/// Resumes what Asio made of a co_await.
template <class Handler>
class handler_completer final : public completer {
 public:
  explicit handler_completer(Handler handler) : handler_(std::move(handler)) {}
  void complete(call_outcome outcome) override {
    // The call is over: a cancellation from now on is meant for what the coroutine does next.
    auto slot = boost::asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) slot.clear();
    std::move(handler_)(std::move(outcome));
  }

 private:
  Handler handler_;
};

/// One call under way.
struct waiting_call {
  std::unique_ptr<completer> done;
  outbox::sequence frame{0};
  std::int32_t code{0};  ///< the request's, for messages
};

}  // namespace parley::remoting
