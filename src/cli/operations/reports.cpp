// Reports put together.
#include "operations/reports.hpp"

#include "operations/checks.hpp"

namespace parley::cli {

ops::report report_of(const chat::server& what, const rocketmq::client& /*bus*/) {
  return ops::report{.observations = checks_of(what.health())};
}

ops::report report_of(const chat::client& what, const rocketmq::client& /*bus*/) {
  return ops::report{.observations = checks_of(what.health())};
}

}  // namespace parley::cli
