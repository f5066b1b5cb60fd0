// HTTP over connections that come: bounded in number, size and time.
#pragma once

#include "http/http_answer.hpp"

#include <parley/base/log.hpp>
#include <parley/io/acceptor.hpp>
#include <parley/io/task.hpp>
#include <parley/io/task_gate.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace parley::ops {

struct http_limits {
  std::size_t connections{64};  ///< one more is closed at once
  std::size_t request_bytes{8192};
  std::size_t requests{1000};   ///< on one connection, which is closed then
  milliseconds patience{5000};  ///< for a whole request to come, and for its answer to leave
};

/// Answers GET and HEAD by asking `page` for the path, one request of a connection after the other; the rest by itself. Used on
/// its executor only; it outlives what runs there: stop() first.
class http_server {
 public:
  using page = std::function<io::task<http_answer>(std::string path)>;

  http_server(std::unique_ptr<io::acceptor> from, boost::asio::any_io_executor executor, http_limits limits, page pages, logger log);
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  void start();
  /// Frees the address and ends every connection. True when that was done by the deadline.
  io::task<bool> stop(steady_time deadline);
  [[nodiscard]] const endpoint& local() const noexcept { return from_->local(); }

 private:
  class place;
  io::task<void> accept_forever();
  io::task<void> serve(std::unique_ptr<io::byte_stream> stream, std::unique_ptr<place> own);
  io::task<http_answer> answer_to(std::string method, std::string path);

  std::unique_ptr<io::acceptor> from_;
  http_limits limits_;
  page pages_;
  logger log_;
  std::shared_ptr<std::size_t> open_{std::make_shared<std::size_t>(0)};
  io::task_gate gate_;
};

}  // namespace parley::ops
