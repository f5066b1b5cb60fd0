// Requests counted by action and result.
#include <parley/chat/watch/request_tally.hpp>

#include <parley/chat/service/service.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace parley::chat {

namespace {

constexpr std::string_view unknown_action_name = "other";

}  // namespace

void duration_histogram::add(steady_time::duration took) noexcept {
  const auto seconds = std::chrono::duration<double>(took).count();
  const auto bucket = std::lower_bound(upper_seconds.begin(), upper_seconds.end(), seconds) - upper_seconds.begin();
  ++counts[static_cast<std::size_t>(bucket)];
  sum_seconds += seconds;
}

std::uint64_t duration_histogram::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

request_end request_end_of(std::string_view result) noexcept {
  if (result == "ok") return request_end::ok;
  return result == "business" ? request_end::business : request_end::system;
}

std::string_view name_of(request_end how) noexcept {
  switch (how) {
    case request_end::ok: return "ok";
    case request_end::business: return "business";
    case request_end::system: return "system";
    case request_end::timed_out: break;
  }
  return "timed_out";
}

// All are there from the beginning: a rate over a counter that appears with its first value misses that one.
request_tally::request_tally() {
  for (const auto& [name, one] : standard_actions()) actions_.try_emplace(name);
  actions_.try_emplace(std::string(unknown_action_name));
}

void request_tally::add(std::string_view action, request_end how, steady_time::duration took) {
  auto at = actions_.find(action);
  if (at == actions_.end()) at = actions_.find(unknown_action_name);
  auto& into = at->second;
  into.durations.add(took);
  switch (how) {
    case request_end::ok: ++into.ok; break;
    case request_end::business: ++into.business; break;
    case request_end::system: ++into.system; break;
    case request_end::timed_out: ++into.timed_out; break;
  }
}

}  // namespace parley::chat
