// The machine's clocks.
#include <parley/base/clock.hpp>

namespace parley {
namespace {

class machine_clock final : public clock {
 public:
  [[nodiscard]] steady_time steady_now() const noexcept override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] std::int64_t wall_ms() const noexcept override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<milliseconds>(since).count();
  }
};

}  // namespace

const clock& system_clock() noexcept {
  static const machine_clock instance;
  return instance;
}

}  // namespace parley
