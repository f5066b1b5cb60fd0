// Figures by name and their text: prometheus-cpp's data model and serializer. The counters themselves belong to those who count.
#include <parley/ops/figures.hpp>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::ops {
namespace {

prometheus::MetricType type_of(figure_kind kind) noexcept {
  switch (kind) {
    case figure_kind::counter: return prometheus::MetricType::Counter;
    case figure_kind::histogram: return prometheus::MetricType::Histogram;
    case figure_kind::gauge: break;
  }
  return prometheus::MetricType::Gauge;
}

prometheus::ClientMetric to_metric(const sample& from, figure_kind kind) {
  prometheus::ClientMetric out;
  for (const auto& [name, value] : from.with) out.label.push_back({name, value});
  if (kind == figure_kind::counter) out.counter.value = from.value;
  if (kind == figure_kind::gauge) out.gauge.value = from.value;
  if (kind == figure_kind::histogram) {
    out.histogram.sample_count = from.count;
    out.histogram.sample_sum = from.value;
    for (const auto& [upper, count] : from.buckets) out.histogram.bucket.push_back({count, upper});
    out.histogram.bucket.push_back({from.count, std::numeric_limits<double>::infinity()});
  }
  return out;
}

}  // namespace

void figures::add(std::string name, std::string help, figure_kind kind, sample what) {
  auto at = std::find_if(families_.begin(), families_.end(), [&](const family& one) { return one.name == name; });
  if (at == families_.end()) at = families_.insert(at, family{.name = std::move(name), .help = std::move(help), .kind = kind});
  at->samples.push_back(std::move(what));
}

void figures::counter(std::string name, std::string help, double value, labels with) {
  add(std::move(name), std::move(help), figure_kind::counter, sample{.with = std::move(with), .value = value});
}

void figures::gauge(std::string name, std::string help, double value, labels with) {
  add(std::move(name), std::move(help), figure_kind::gauge, sample{.with = std::move(with), .value = value});
}

void figures::histogram(std::string name, std::string help, sample what) {
  add(std::move(name), std::move(help), figure_kind::histogram, std::move(what));
}

void figures::append(const figures& others) {
  families_.insert(families_.end(), others.families_.begin(), others.families_.end());
}

std::string figures::to_text() const {
  std::vector<prometheus::MetricFamily> all;
  for (const auto& one : families_) {
    auto& into = all.emplace_back(prometheus::MetricFamily{one.name, one.help, type_of(one.kind), {}});
    for (const auto& each : one.samples) into.metric.push_back(to_metric(each, one.kind));
  }
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace parley::ops
