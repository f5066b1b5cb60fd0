// `parley admin cluster list`: NameServers and brokers, each asked by itself.
#include "admin/cluster_views.hpp"
#include "admin/subjects.hpp"

#include <parley/base/endpoint.hpp>

#include <algorithm>
#include <memory>

namespace parley::cli {
namespace {

// One that is silent must not take the time of the others.
constexpr milliseconds each_at_most{3000};

io::task<result<document>> list(rocketmq::admin& over, admin_config config, milliseconds deadline) {
  const auto brokers = co_await over.async_brokers(deadline);
  if (!brokers) co_return brokers.error();
  const auto addresses = parse_endpoints(config.bus.name_servers);
  if (!addresses) co_return addresses.error();
  const auto each = std::min(deadline, each_at_most);
  std::vector<shown_name_server> name_servers;
  for (const auto& address : *addresses) {
    auto view = co_await over.async_ask_name_server(address, each);
    name_servers.push_back({.address = address, .view = std::move(view)});
  }
  std::vector<shown_broker> shown;
  for (const auto& broker : *brokers) {
    for (const auto& [id, address] : broker.addresses) {
      auto status = co_await over.async_ask_broker(address, each);
      shown.push_back({.cluster = broker.cluster, .name = broker.name, .id = id, .address = address, .status = std::move(status)});
    }
  }
  co_return show_cluster(name_servers, shown);
}

int run_list(const admin_config& config) {
  return run_admin(config, [&](rocketmq::admin& over, milliseconds deadline) { return list(over, config, deadline); });
}

}  // namespace

void add_admin_cluster(CLI::App& to, chosen_command& chosen) {
  auto* cluster = to.add_subcommand("cluster", "NameServers and brokers");
  cluster->require_subcommand(1);
  const auto config = std::make_shared<admin_config>();
  auto* command = cluster->add_subcommand("list", "show the servers and what each says of itself");
  add_admin_flags(*command, *config);
  command->callback([&chosen, config] { chosen = [config] { return run_list(*config); }; });
}

}  // namespace parley::cli
