// The public client: a handle to a core.
#include <parley/rocketmq/client.hpp>

#include "core/client_core.hpp"
#include "core/run_on_core.hpp"

namespace parley::rocketmq {
namespace {

constexpr milliseconds destructor_deadline{3000};

}  // namespace

client::client(client_options options) : core_(core::client_core::make(std::move(options))) {}
client::client(client_options options, boost::asio::io_context& context) : core_(core::client_core::make(std::move(options), &context)) {}

client::~client() {
  if (core_->owns_thread() && !core_->on_own_thread()) {
    if (const auto stopped = core_->stop(destructor_deadline); !stopped) {
      core_->log().warn("the client was destroyed before it could stop", {{"error", stopped.error().message}});
    }
  } else {
    core_->abandon();
  }
}

result<void> client::start() { return core_->start(); }
result<void> client::stop(milliseconds deadline) { return core_->stop(deadline); }
awaitable<result<void>> client::async_stop(milliseconds deadline) { return core::stop_awaited(core_, deadline); }
const std::string& client::client_id() const noexcept { return core_->client_id(); }
client_stats client::stats() const { return core_->stats(); }

}  // namespace parley::rocketmq
