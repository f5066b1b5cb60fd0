// The endpoint's pages as text: what was seen in, JSON out.
#include "pages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>

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

figures figures_of(const readiness& what, milliseconds loop_delay) {
  figures out;
  out.gauge("parley_ready", "1 while every check of /ready passes.", what.ready ? 1 : 0);
  for (const auto& one : what.checks)
    out.gauge("parley_check_passes", "The checks of /ready.", one.passes ? 1 : 0, {{"check", one.name}});
  out.gauge("parley_event_loop_delay_seconds", "How long the main loop took to answer, or has not answered.",
            std::chrono::duration<double>(loop_delay).count());
  return out;
}

http_answer metrics_page(const figures& what) {
  return http_answer{.status = 200, .body = what.to_text(), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

}  // namespace parley::ops
