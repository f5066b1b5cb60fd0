// Reports put together.
#include "operations/reports.hpp"

#include "operations/checks.hpp"
#include "operations/metrics.hpp"

#include <utility>

namespace parley::cli {

namespace {

/// What both have.
ops::report with_common(ops::report out, const rocketmq::client& bus, const rocketmq::producer_stats& sends) {
  out.metrics.append(figures_of(bus.stats(), sends));
  out.metrics.gauge("parley_build_info", "1, with the version as a label.", 1, {{"version", PARLEY_VERSION}});
  return out;
}

}  // namespace

ops::report report_of(const chat::server& what, const rocketmq::client& bus) {
  ops::report out{.observations = checks_of(what.health()), .metrics = figures_of(what)};
  return with_common(std::move(out), bus, what.stats().sends);
}

ops::report report_of(const chat::client& what, const rocketmq::client& bus) {
  ops::report out{.observations = checks_of(what.health()), .metrics = figures_of(what)};
  return with_common(std::move(out), bus, what.stats().sends);
}

}  // namespace parley::cli
