// Where a test may kill the server: named points in the order of one request.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::chat {

/// The points, in the order in which a request that changes something passes them.
enum class failpoint : std::uint8_t {
  none,
  before_store,            ///< taken from the broker, nothing written
  after_store,             ///< message, answer and event are durable, nothing published
  after_publish_response,  ///< a broker has the answer
  after_publish_event,     ///< a broker has the event
  after_mark,              ///< what was published has been taken out of the outbox
  before_commit,           ///< the consumer is about to be told that the request is done
  after_commit,            ///< the consumer knows; the offset is on its way to the broker
};
/// The name as PARLEY_FAILPOINT takes it, such as "after_store".
[[nodiscard]] std::string_view name_of(failpoint point) noexcept;

/// Kills the process at one point, for tests of what a crash leaves behind. Any thread. Inert, and one comparison dear, without a point.
class failpoints {
 public:
  failpoints() = default;
  /// `spec` is a point's name, or name:N for the Nth time it is passed; `marker` a file that is made before the kill, so that
  /// a test knows that the point was reached. An unknown name leaves it inert: see armed().
  failpoints(std::string_view spec, std::string marker);

  [[nodiscard]] bool armed() const noexcept { return at_ != failpoint::none; }
  /// SIGKILL to the own process when this is the point.
  void pass(failpoint point) noexcept {
    if (point == at_) [[unlikely]] die_when_due();
  }

 private:
  void die_when_due() noexcept;

  failpoint at_{failpoint::none};
  std::string marker_;
  std::atomic<std::int64_t> left_{1};
};

}  // namespace parley::chat
