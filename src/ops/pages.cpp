// The endpoint's pages as text: what was seen in, JSON out.
#include "pages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace parley::ops {
namespace {

namespace json = boost::json;

std::string line_of(const json::object& what) { return json::serialize(what) + "\n"; }

json::object to_json(const check& what) {
  json::object out;
  out.emplace("name", what.name);
  out.emplace("ok", what.passes);
  out.emplace("age_ms", what.age ? json::value(what.age->count()) : json::value(nullptr));
  out.emplace("error", what.passes ? json::value(nullptr) : json::value(what.error));
  return out;
}

}  // namespace

http_answer health_page(bool answers, milliseconds delay) {
  json::object out;
  out.emplace("status", answers ? "ok" : "stuck");
  out.emplace("loop_delay_ms", delay.count());
  return http_answer{.status = answers ? 200 : 503, .body = line_of(out)};
}

http_answer ready_page(const readiness& what) {
  json::array checks;
  for (const auto& one : what.checks) checks.emplace_back(to_json(one));
  json::object out;
  out.emplace("status", what.ready ? "ready" : "unready");
  out.emplace("checks", std::move(checks));
  return http_answer{.status = what.ready ? 200 : 503, .body = line_of(out)};
}

}  // namespace parley::ops
