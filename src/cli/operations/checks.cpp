// The checks of /ready.
#include "operations/checks.hpp"

#include <utility>

namespace parley::cli {

namespace {

ops::observation named(std::string name, const chat::finding& seen) {
  return ops::observation{.name = std::move(name), .seen_at = seen.seen_at, .error = seen.error, .good_for = chat::finding_lasts};
}

}  // namespace

std::vector<ops::observation> checks_of(const chat::server_health& what) {
  return {named("broker", what.broker), named("assignment", what.assignment), named("store", what.store)};
}

std::vector<ops::observation> checks_of(const chat::client_health& what) {
  return {named("connected", what.connected), named("broker", what.broker), named("reading", what.reading)};
}

}  // namespace parley::cli
