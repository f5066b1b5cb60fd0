// Standard input as pieces of bytes on the program's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace parley::cli {

/// A thread reads, because a regular file cannot be polled. One piece at a time: the next is read after more().
class input {
 public:
  /// Bytes, or an empty string at the end. Called on the executor.
  using arrived = std::function<void(std::string)>;

  input(boost::asio::any_io_executor back, arrived on_arrival);
  input(const input&) = delete;
  input& operator=(const input&) = delete;
  /// Stops reading, also while it waits, and joins. What was posted already may still arrive.
  ~input();

  /// The last piece has been dealt with.
  void more();

 private:
  void read_all();
  bool wait_readable() const;

  boost::asio::any_io_executor back_;
  arrived on_arrival_;
  int wake_[2]{-1, -1};
  std::mutex guard_;
  std::condition_variable changed_;
  bool wanted_{true};
  bool ending_{false};
  std::thread thread_;
};

}  // namespace parley::cli
