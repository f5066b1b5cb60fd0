// The threads that run blocking message handlers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace parley::rocketmq::core {

/// A fixed number of threads over one queue. May be destroyed from any thread, its own included (that one is then let go and
/// ends by itself): a handler may hold the last reference to its client.
class handler_pool {
 public:
  /// 0 = one thread a core.
  explicit handler_pool(std::uint32_t threads);
  handler_pool(const handler_pool&) = delete;
  handler_pool& operator=(const handler_pool&) = delete;
  ~handler_pool();

  [[nodiscard]] boost::asio::any_io_executor executor() const { return context_->get_executor(); }
  /// Lets what runs finish and drops what waits. Does not block. Idempotent.
  void stop() noexcept { context_->stop(); }

 private:
  std::shared_ptr<boost::asio::io_context> context_;  // shared with each thread
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

}  // namespace parley::rocketmq::core
