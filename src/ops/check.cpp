// Readiness as a decision over what was seen and when.
#include <parley/ops/check.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace parley::ops {
namespace {

check judge_one(const observation& seen, steady_time now) {
  check out{.name = seen.name};
  if (!seen.seen_at) {
    out.error = seen.error.empty() ? "not looked at yet" : seen.error;
    return out;
  }
  out.age = std::max(std::chrono::duration_cast<milliseconds>(now - *seen.seen_at), milliseconds{0});
  out.error = seen.error;
  if (seen.good_for.count() > 0 && *out.age > seen.good_for) {
    const auto before = seen.error.empty() ? "" : "; before: " + seen.error;
    out.error = fmt::format("no news for {} ms{}", out.age->count(), before);
  }
  out.passes = out.error.empty();
  return out;
}

}  // namespace

readiness judge(std::span<const observation> seen, steady_time now) {
  readiness out;
  for (const auto& one : seen) {
    out.checks.push_back(judge_one(one, now));
    out.ready = out.ready && out.checks.back().passes;
  }
  return out;
}

}  // namespace parley::ops
