// The floor of a request's time: a message to one topic and one back over another, through the same broker, without any chat.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

#include <cstdint>
#include <string>

namespace parley::cli {

/// Both ends in this process, on the client's thread. Stops with its client.
class ping_pong {
 public:
  /// Topics `prefix`-ping and `prefix`-pong; the group is `group`.
  ping_pong(rocketmq::client& bus, boost::asio::any_io_executor executor, const std::string& prefix, const std::string& group);

  /// Makes the topics and subscribes to both.
  io::task<result<void>> start(steady_time deadline);
  /// One there and back, in microseconds; `timed_out` when it did not come back in time.
  io::task<result<double>> once(milliseconds patience);

 private:
  void arrived(const rocketmq::received_message& message);
  void send(const std::string& topic, std::string body);

  rocketmq::client& bus_;
  std::string ping_, pong_;
  rocketmq::producer producer_;
  rocketmq::pull_consumer reader_;
  io::signal came_back_;
  std::uint64_t asked_{0};
  std::uint64_t answered_{0};
};

}  // namespace parley::cli
