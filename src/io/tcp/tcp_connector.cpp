// Connecting: resolve, then race the addresses.
#include "tcp/tcp_connect.hpp"

#include <parley/io/signal.hpp>
#include <parley/io/stream.hpp>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

namespace parley::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// A try that has not answered for so long gets company. TCP itself repeats a lost SYN only after 1, 3, 7 s.
constexpr milliseconds stagger{300};
// Tries under way at once; past it the oldest is given up.
constexpr std::size_t max_tries = 8;

// The tries of one connect. Handlers hold it, so it outlives the coroutine that waits.
class race : public std::enable_shared_from_this<race> {
 public:
  race(asio::any_io_executor executor, tcp_addresses addresses)
      : executor_(executor), changed_(std::move(executor)), addresses_(std::move(addresses)) {}

  [[nodiscard]] bool decided() const noexcept { return winner_.has_value() || failed_ >= addresses_.size(); }
  [[nodiscard]] bool all_started() const noexcept { return started_ >= addresses_.size(); }
  [[nodiscard]] signal& changed() noexcept { return changed_; }
  [[nodiscard]] std::optional<tcp_socket> take_winner() noexcept { return std::exchange(winner_, std::nullopt); }
  [[nodiscard]] const std::string& failures() const noexcept { return failures_; }
  [[nodiscard]] link_fault fault() const noexcept {
    return refused_ > 0 && refused_ == failed_ ? link_fault::nobody_listens : link_fault::no_answer;
  }

  void start_next() {
    if (tries_.size() == max_tries) tries_.pop_front();
    const auto& address = addresses_[started_++ % addresses_.size()];
    const auto at = std::make_shared<tcp_socket>(executor_);
    tries_.push_back(at);
    at->async_connect(address, [self = shared_from_this(), at, address](const boost::system::error_code& failure) {
      self->finished(at, address, failure);
    });
  }
  void give_up() {
    over_ = true;
    tries_.clear();
  }

 private:
  void finished(const std::shared_ptr<tcp_socket>& at, const tcp::endpoint& address, const boost::system::error_code& failure) {
    if (over_ || winner_) return;
    const bool listed = std::erase(tries_, at) > 0;
    if (!failure) {
      winner_.emplace(std::move(*at));
      tries_.clear();
      changed_.notify_all();
      return;
    }
    // One that was pushed out by newer tries counts for nothing; one that was refused counts even when it is a repetition.
    if (!listed) return;
    ++failed_;
    if (failure == asio::error::connection_refused) ++refused_;
    if (failures_.size() < 300)
      failures_ += fmt::format("{}{}: {}", failures_.empty() ? "" : "; ", name_of(address), failure.message());
    changed_.notify_all();
  }

  asio::any_io_executor executor_;
  signal changed_;
  tcp_addresses addresses_;
  std::list<std::shared_ptr<tcp_socket>> tries_;
  std::optional<tcp_socket> winner_;
  std::string failures_;
  std::size_t started_{0};
  std::size_t failed_{0};
  std::size_t refused_{0};
  bool over_{false};
};

// However the coroutine ends, the tries end with it.
class give_up_at_end {
 public:
  explicit give_up_at_end(std::shared_ptr<race> what) : what_(std::move(what)) {}
  give_up_at_end(const give_up_at_end&) = delete;
  give_up_at_end& operator=(const give_up_at_end&) = delete;
  ~give_up_at_end() { what_->give_up(); }

 private:
  std::shared_ptr<race> what_;
};

class tcp_connector final : public connector {
 public:
  tcp_connector(asio::any_io_executor executor, const tcp_options& options)
      : executor_(std::move(executor)), options_(options), limit_(std::make_shared<lookup_limit>()) {}

  task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, steady_time deadline) override {
    return run(executor_, options_, limit_, std::move(to), deadline);
  }

 private:
  // Static, so that a connect that is under way does not need the connector.
  static task<result<std::unique_ptr<byte_stream>>> run(asio::any_io_executor executor, tcp_options options,
                                                        std::shared_ptr<lookup_limit> limit, endpoint to, steady_time deadline) {
    auto socket = co_await connect_socket(std::move(executor), std::move(limit), std::move(to), deadline);
    if (!socket) co_return std::move(socket).error();
    co_return make_tcp_stream(std::move(*socket), options);
  }

  asio::any_io_executor executor_;
  tcp_options options_;
  std::shared_ptr<lookup_limit> limit_;
};

}  // namespace

task<result<tcp_socket>> connect_socket(asio::any_io_executor executor, std::shared_ptr<lookup_limit> limit, endpoint to,
                                        steady_time deadline) {
  auto found = co_await look_up(to, deadline, std::move(limit));
  if (!found) co_return found.error().with_context(fmt::format("cannot connect to {}: ", to.to_string()));
  const auto tries = std::make_shared<race>(std::move(executor), std::move(*found));
  const give_up_at_end leaving(tries);
  auto why = wake_reason::notified;
  while (!tries->decided() && why != wake_reason::cancelled) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) break;
    // A failure starts the next address at once; a repetition waits its turn, so a refusing host is not hammered.
    if (why == wake_reason::deadline || !tries->all_started()) tries->start_next();
    const auto until = std::min(deadline, now + stagger);
    why = co_await tries->changed().wait_until(until);
  }
  auto winner = tries->take_winner();
  if (winner) co_return std::move(*winner);
  if (why == wake_reason::cancelled) co_return fail(errc::stopped, fmt::format("connecting to {} was given up", to.to_string()));
  auto out = fail(errc::unreachable, {});
  out.fault = tries->fault();
  const auto more = tries->failures().empty() ? "" : fmt::format(" ({})", tries->failures());
  out.message = fmt::format("cannot connect to {}{}{}", to.to_string(), tries->decided() ? "" : ": no answer in time", more);
  co_return out;
}

std::unique_ptr<connector> make_tcp_connector(asio::any_io_executor executor, tcp_options options) {
  return std::make_unique<tcp_connector>(std::move(executor), options);
}

}  // namespace parley::io
