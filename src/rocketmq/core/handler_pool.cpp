// Threads for handlers.
#include "core/handler_pool.hpp"

#include <algorithm>

namespace parley::rocketmq::core {

handler_pool::handler_pool(std::uint32_t threads)
    : context_(std::make_shared<boost::asio::io_context>()), work_(context_->get_executor()) {
  const auto count = threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  for (std::uint32_t i = 0; i < count; ++i) {
    threads_.emplace_back([context = context_] { context->run(); });
  }
}

handler_pool::~handler_pool() {
  work_.reset();
  context_->stop();
  for (auto& thread : threads_) {
    if (thread.get_id() == std::this_thread::get_id()) {
      thread.detach();
    } else {
      thread.join();
    }
  }
}

}  // namespace parley::rocketmq::core
