// A load of messages: so many a second, or as many as are answered, each timed.
#pragma once

#include "bench/measure.hpp"

#include <parley/base/clock.hpp>
#include <parley/chat/client/client.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>
#include <parley/io/task_gate.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <string>

namespace parley::cli {

struct load_plan {
  double per_second{0};       ///< 0 = the next one as soon as fewer than `in_flight` wait
  std::size_t in_flight{64};  ///< no more than these wait for their answers; past it a rate falls behind
  milliseconds length{10'000};
  std::size_t rooms{8};  ///< taken in turn
  std::size_t message_bytes{100};
};

struct load_outcome {
  chat::action_tally ended{};  ///< all messages, by how they ended
  samples took_us;             ///< each one that was answered ok
  double seconds{0};           ///< from the first to the last answer
};

/// Used on the client's thread, once.
class load {
 public:
  load(boost::asio::any_io_executor executor, chat::client& who, load_plan what);

  /// One message that is not counted, so that what is made at first use is there; then all, to the last answer. An error when the
  /// first is not answered. No more are sent once `enough` says so.
  io::task<result<load_outcome>> run(std::function<bool()> enough);

 private:
  io::task<result<chat::response>> say(std::size_t number);
  io::task<void> say_timed(std::size_t number);

  chat::client& who_;
  load_plan what_;
  std::string text_;
  io::task_gate gate_;
  io::signal ended_;
  std::size_t under_way_{0};
  samples took_us_;
};

}  // namespace parley::cli
