// getaddrinfo in a thread of its own.
#include "tcp/name_lookup.hpp"

#include <parley/io/signal.hpp>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace parley::io {

bool lookup_limit::enter() noexcept {
  if (running_.fetch_add(1) < most) return true;
  running_.fetch_sub(1);
  return false;
}

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t max_addresses = 16;

// Whether an executor's context may still be posted to.
struct context_life {
  std::mutex guard;
  bool over{false};
};

// Ends that life when the context begins to be destroyed: services end in the reverse order of their making, so this one ends
// before the scheduler, which comes first.
class life_service final : public asio::execution_context::service {
 public:
  static asio::execution_context::id id;

  explicit life_service(asio::execution_context& owner) : service(owner) {}
  [[nodiscard]] const std::shared_ptr<context_life>& life() const noexcept { return life_; }

 private:
  void shutdown() override {
    const std::lock_guard held(life_->guard);
    life_->over = true;
  }

  const std::shared_ptr<context_life> life_ = std::make_shared<context_life>();
};
asio::execution_context::id life_service::id;

// One look-up, shared by the coroutine that waits and the thread that works.
struct request {
  request(endpoint wanted, asio::any_io_executor on, std::shared_ptr<lookup_limit> bound)
      : host(std::move(wanted)),
        limit(std::move(bound)),
        executor(std::move(on)),
        life(asio::use_service<life_service>(asio::query(executor, asio::execution::context)).life()),
        finished(executor) {}

  const endpoint host;
  const std::shared_ptr<lookup_limit> limit;
  const asio::any_io_executor executor;
  const std::shared_ptr<context_life> life;  // of the executor

  // Used on the executor only.
  signal finished;
  bool done{false};
  int status{0};
  tcp_addresses found;
};

// The resolver has sorted them by preference; taking the families in turns keeps a broken one from being tried to its end first.
tcp_addresses in_turns(const addrinfo* list, std::uint16_t port) {
  tcp_addresses first;
  tcp_addresses second;
  for (const auto* at = list; at != nullptr; at = at->ai_next) {
    tcp::endpoint address;
    if ((at->ai_family != AF_INET && at->ai_family != AF_INET6) || at->ai_addrlen > address.capacity()) continue;
    std::copy_n(reinterpret_cast<const std::uint8_t*>(at->ai_addr), at->ai_addrlen, reinterpret_cast<std::uint8_t*>(address.data()));
    address.resize(at->ai_addrlen);
    address.port(port);
    auto& same = first.empty() || first.front().protocol() == address.protocol() ? first : second;
    if (std::find(same.begin(), same.end(), address) == same.end()) same.push_back(address);
  }
  tcp_addresses out;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) out.push_back(first[i]);
    if (i < second.size()) out.push_back(second[i]);
  }
  if (out.size() > max_addresses) out.resize(max_addresses);
  return out;
}

void work(const std::shared_ptr<request>& what) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(what->host.host.c_str(), nullptr, &hints, &list);
  tcp_addresses found;
  if (status == 0) found = in_turns(list, what->host.port);
  if (list != nullptr) ::freeaddrinfo(list);
  what->limit->leave();
  const std::lock_guard held(what->life->guard);
  if (what->life->over) return;
  asio::post(what->executor, [what, status, addresses = std::move(found)]() mutable {
    what->status = status;
    what->found = std::move(addresses);
    what->done = true;
    what->finished.notify_all();
  });
}

error unknown(std::string message) {
  return error{.code = errc::unreachable, .message = std::move(message), .fault = link_fault::name_unknown};
}

}  // namespace

task<result<tcp_addresses>> look_up(endpoint host, steady_time deadline, std::shared_ptr<lookup_limit> limit) {
  boost::system::error_code not_numeric;
  const auto address = asio::ip::make_address(host.host, not_numeric);
  if (!not_numeric) co_return tcp_addresses{tcp::endpoint(address, host.port)};

  const auto executor = co_await asio::this_coro::executor;
  if (!limit->enter()) {
    co_return fail(errc::overloaded,
                   fmt::format("the name {} is not looked up: {} look-ups hang already", host.host, lookup_limit::most));
  }
  const auto what = std::make_shared<request>(host, executor, limit);
  try {
    std::thread(work, what).detach();
  } catch (const std::system_error& problem) {
    limit->leave();
    co_return fail(errc::overloaded, fmt::format("the name {} cannot be looked up: no thread: {}", host.host, problem.what()));
  }
  auto why = wake_reason::notified;
  while (!what->done && why == wake_reason::notified) why = co_await what->finished.wait_until(deadline);
  if (why == wake_reason::cancelled) co_return fail(errc::stopped, fmt::format("looking up {} was given up", host.host));
  if (!what->done) co_return unknown(fmt::format("the name {} was not resolved in time: check the name server", host.host));
  if (what->status != 0) {
    co_return unknown(fmt::format("the name {} cannot be resolved: {}", host.host, ::gai_strerror(what->status)));
  }
  if (what->found.empty()) co_return unknown(fmt::format("the name {} has no address", host.host));
  co_return std::move(what->found);
}

}  // namespace parley::io
