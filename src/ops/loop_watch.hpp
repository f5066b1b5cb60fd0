// Asks the main loop how it is, and never waits for it longer than it was told.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/io/signal.hpp>
#include <parley/io/task.hpp>
#include <parley/ops/report.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace parley::ops {

/// Lives on the endpoint's thread (`here`). At most one question waits at the main loop, however many ask.
class loop_watch : public std::enable_shared_from_this<loop_watch> {
 public:
  using look = std::function<report()>;

  loop_watch(boost::asio::any_io_executor here, boost::asio::any_io_executor loop, look on_loop);

  /// What the main loop says to a question asked now or a moment ago; null when it says nothing in time.
  io::task<std::shared_ptr<const report>> fresh(milliseconds patience);
  /// The last report there was, or null.
  [[nodiscard]] const std::shared_ptr<const report>& last() const noexcept { return last_; }
  /// How long the last question took, or for how long one has waited if that is longer.
  [[nodiscard]] milliseconds delay(steady_time now) const;

 private:
  void ask();
  void answered(std::shared_ptr<const report> what);

  boost::asio::any_io_executor here_;
  boost::asio::any_io_executor loop_;
  look on_loop_;
  io::signal arrived_;
  std::shared_ptr<const report> last_;
  std::optional<steady_time> asked_at_;  // while a question is open
  milliseconds took_{0};
  std::uint64_t answers_{0};
};

}  // namespace parley::ops
