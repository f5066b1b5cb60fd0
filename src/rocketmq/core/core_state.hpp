// The parts of a client's core and its life: not started, running, stopping, ended.
#pragma once

#include "core/client_core.hpp"
#include "core/core_context.hpp"
#include "core/handler_pool.hpp"
#include "core/liveness.hpp"
#include "core/membership.hpp"
#include "core/name_server_client.hpp"
#include "core/route_service.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <mutex>
#include <thread>

namespace parley::rocketmq::core {

class client_core::state {
 public:
  using drain = std::function<io::task<void>(steady_time)>;
  enum class phase : std::uint8_t { not_started, running, stopping, ended };

  state(client_options options, boost::asio::io_context* callers);
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state();

  [[nodiscard]] bool own_thread() const noexcept { return own_context_ != nullptr; }
  /// The own thread's body.
  void run();

  // First, so that it dies last: everything below has timers or sockets on it.
  std::unique_ptr<boost::asio::io_context> own_context_;
  boost::asio::io_context& io_;
  core_context context;
  result<std::vector<endpoint>> name_servers;  // as the options give them; an error is told by start()
  name_server_client servers;
  route_service routes;
  membership groups;
  liveness watch;
  io::signal stop_ended;
  bool stop_begun{false};  // own thread

  std::mutex mutex;  // guards what follows
  std::atomic<phase> now{phase::not_started};
  std::optional<result<void>> stop_result;
  std::vector<std::function<void()>> before_start;
  std::vector<std::pair<std::weak_ptr<void>, drain>> drains;
  std::unique_ptr<handler_pool> handlers;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work;

  std::mutex thread_mutex;  // guards the joining
  std::thread thread;
};

}  // namespace parley::rocketmq::core
