// Requests counted by action and result, and how long they took: plain numbers for whoever asks.
#pragma once

#include <parley/base/clock.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parley::chat {

/// Durations in fixed buckets: from a request that met nothing to one that waited for the whole of its deadline.
struct duration_histogram {
  static constexpr std::array<double, 13> upper_seconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

  std::array<std::uint64_t, upper_seconds.size() + 1> counts{};  ///< the last is for what took longer
  double sum_seconds{0};

  void add(steady_time::duration took) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept;
};

/// One action's. What a server counts as system a client may see as no answer at all.
struct action_tally {
  std::uint64_t ok{0}, business{0}, system{0}, timed_out{0};
  duration_histogram durations{};
};

/// How a request ended.
enum class request_end : std::uint8_t { ok, business, system, timed_out };
/// "ok", "business" or "system", as service::handled says it.
[[nodiscard]] request_end request_end_of(std::string_view result) noexcept;
[[nodiscard]] std::string_view name_of(request_end how) noexcept;

/// Bounded, whatever is asked: what is no action of the contract is counted as "other". One thread.
class request_tally {
 public:
  request_tally();

  void add(std::string_view action, request_end how, steady_time::duration took);
  [[nodiscard]] const std::map<std::string, action_tally, std::less<>>& by_action() const noexcept { return actions_; }

 private:
  std::map<std::string, action_tally, std::less<>> actions_;
};

}  // namespace parley::chat
