// A cluster's servers as people and programs are shown them.
#include "admin/cluster_views.hpp"

#include "admin/table.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <charconv>

namespace parley::cli {
namespace {

namespace json = boost::json;
using side = table::side;

// A broker's figures are texts: the first number of "12.5 11.0 9.8", for the last ten seconds, minute and ten minutes.
double first_number(const rocketmq::broker_status& status, std::string_view name) {
  const auto at = status.figures.find(name);
  if (at == status.figures.end()) return 0;
  double out = 0;
  const auto* const end = at->second.data() + at->second.size();
  return std::from_chars(at->second.data(), end, out).ec == std::errc{} ? out : 0;
}

std::string figure(const rocketmq::broker_status& status, std::string_view name) {
  const auto at = status.figures.find(name);
  return at == status.figures.end() ? std::string("-") : at->second;
}

const char* role_of(std::int64_t id) noexcept { return id == 0 ? "master" : "replica"; }

void add(table& rows, json::array& all, const shown_broker& one) {
  json::object shown{{"cluster", one.cluster}, {"broker", one.name}, {"id", one.id}, {"address", one.address.to_string()}};
  if (one.status) {
    const auto version = figure(*one.status, "brokerVersionDesc");
    const auto in = first_number(*one.status, "putTps");
    const auto out = first_number(*one.status, "getTransferredTps");
    const auto disk = first_number(*one.status, "commitLogDiskRatio");
    rows.add({one.cluster, one.name, role_of(one.id), one.address.to_string(), version, fmt::format("{:.1f}", in),
              fmt::format("{:.1f}", out), fmt::format("{:.0f} %", disk * 100), fmt::format("{} ms", one.status->round_trip.count())});
    shown.emplace("version", version);
    shown.emplace("in_per_second", in);
    shown.emplace("out_per_second", out);
    shown.emplace("disk_used_ratio", disk);
    shown.emplace("round_trip_ms", one.status->round_trip.count());
  } else {
    rows.add({one.cluster, one.name, role_of(one.id), one.address.to_string(), "-", "-", "-", "-", "-"});
    shown.emplace("error", one.status.error().message);
  }
  all.push_back(std::move(shown));
}

void add(table& rows, json::array& all, const shown_name_server& one) {
  json::object shown{{"address", one.address.to_string()}};
  if (one.view) {
    rows.add({one.address.to_string(), one.view->version, std::to_string(one.view->brokers.size()),
              fmt::format("{} ms", one.view->round_trip.count())});
    shown.emplace("version", one.view->version);
    shown.emplace("brokers", one.view->brokers.size());
    shown.emplace("round_trip_ms", one.view->round_trip.count());
  } else {
    rows.add({one.address.to_string(), "-", "-", "-"});
    shown.emplace("error", one.view.error().message);
  }
  all.push_back(std::move(shown));
}

}  // namespace

document show_cluster(const std::vector<shown_name_server>& name_servers, const std::vector<shown_broker>& brokers) {
  table names({{"NAMESERVER"}, {"VERSION"}, {"BROKERS", side::right}, {"ANSWERS IN", side::right}});
  table rows({{"CLUSTER"},
              {"BROKER"},
              {"ROLE"},
              {"ADDRESS"},
              {"VERSION"},
              {"IN/S", side::right},
              {"OUT/S", side::right},
              {"DISK", side::right},
              {"ANSWERS IN", side::right}});
  json::array all_names;
  json::array all_brokers;
  std::string missing;
  const auto miss = [&missing](const error& why) { missing += (missing.empty() ? "" : "; ") + why.message; };
  for (const auto& one : name_servers) {
    add(names, all_names, one);
    if (!one.view) miss(one.view.error());
  }
  for (const auto& one : brokers) {
    add(rows, all_brokers, one);
    if (!one.status) miss(one.status.error());
  }
  document out{.text = names.text() + "\n" + rows.text(), .json = {}, .missing = std::move(missing)};
  out.json.emplace("name_servers", std::move(all_names));
  out.json.emplace("brokers", std::move(all_brokers));
  return out;
}

}  // namespace parley::cli
