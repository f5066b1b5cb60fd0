// Looking at NameServers and brokers, and a second time at those with which the first look went wrong.
#include "doctor/looking.hpp"

#include <parley/io/tls.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace parley::cli::doctor {
namespace {

constexpr std::size_t most_brokers = 128;
constexpr milliseconds goodbye{500};

bool answered(const error& why) noexcept { return why.remote_code >= 0; }

/// Whether somebody answers there who is not spoken TLS with.
io::task<bool> answers_plain(looking& with, endpoint address, bool is_broker) {
  auto options = with.options;
  options.tls = {};
  rocketmq::client plain(std::move(options));
  if (!plain.start()) co_return false;
  rocketmq::admin admin(plain);
  bool out = false;
  if (is_broker) {
    const auto status = co_await admin.async_ask_broker(address, with.patience());
    out = status || answered(status.error());
  } else {
    const auto view = co_await admin.async_ask_name_server(address, with.patience());
    out = view || answered(view.error());
  }
  const auto stopped = co_await plain.async_stop(goodbye);
  co_return out&& stopped;
}

bool about_tls(link_fault what) noexcept {
  switch (what) {
    case link_fault::tls_not_spoken:
    case link_fault::certificate_untrusted:
    case link_fault::certificate_out_of_date:
    case link_fault::certificate_of_another:
    case link_fault::own_certificate_wanted:
    case link_fault::own_certificate_refused: return true;
    default: return false;
  }
}

io::task<second_look> look_again(looking& with, endpoint address, endpoint dialled, error why, bool is_broker) {
  second_look out;
  const bool silent = why.fault == link_fault::tls_wanted || why.code == errc::malformed || why.code == errc::timed_out;
  const bool tls = with.options.tls.enabled;
  if (tls ? !about_tls(why.fault) : !silent) co_return out;
  auto shown = co_await io::ask_certificate(std::move(dialled), with.deadline());
  out.certificate.emplace(std::move(shown));
  if (why.fault == link_fault::tls_not_spoken) out.plain_works = co_await answers_plain(with, std::move(address), is_broker);
  co_return out;
}

io::task<void> look_at_name_server(looking& with, name_server_facts& into) {
  auto view = co_await with.admin.async_ask_name_server(into.address, with.patience());
  into.view = std::move(view);
  if (into.view) co_return;
  auto again = co_await look_again(with, into.address, into.address, into.view.error(), false);
  into.again = std::move(again);
}

io::task<void> try_candidate(looking& with, candidate& into) {
  auto status = co_await with.admin.async_ask_broker(into.address, with.patience());
  into.status = std::move(status);
  if (!into.status) co_return;
  const auto settings = co_await with.admin.async_broker_settings(into.address, with.patience());
  const auto at = settings ? settings->find("brokerName") : broker_settings::const_iterator{};
  if (settings && at != settings->end()) into.broker_name = at->second;
}

/// Where it might be instead: on the hosts through which NameServers were reached.
std::vector<candidate> candidates_for(const broker_facts& one, const facts& all) {
  std::set<endpoint> out;
  for (const auto& server : all.name_servers) {
    const endpoint there{.host = server.address.host, .port = one.advertised.port};
    if (server.view && there != one.dialled && there != one.advertised) out.insert(there);
  }
  std::vector<candidate> list;
  for (const auto& there : out) list.push_back({.address = there, .status = fail(errc::stopped, "not asked")});
  return list;
}

io::task<void> look_at_broker(looking& with, const facts& all, broker_facts& into) {
  auto status = co_await with.admin.async_ask_broker(into.advertised, with.patience());
  into.status = std::move(status);
  if (into.status) {
    auto settings = co_await with.admin.async_broker_settings(into.advertised, with.patience());
    into.settings.emplace(std::move(settings));
  }
  if (into.reached()) co_return;
  auto again = co_await look_again(with, into.advertised, into.dialled, into.status.error(), true);
  into.again = std::move(again);
  into.candidates = candidates_for(into, all);
  std::vector<io::task<void>> each;
  for (auto& one : into.candidates) each.push_back(try_candidate(with, one));
  co_await together(with.gate, std::move(each));
}

endpoint mapped(const endpoint& advertised, const setting& given) {
  const auto at = given.address_map.find(advertised);
  return at == given.address_map.end() ? advertised : at->second;
}

std::vector<broker_facts> brokers_named_by(const facts& all) {
  std::vector<broker_facts> out;
  std::set<std::pair<std::string, endpoint>> seen;
  for (const auto& server : all.name_servers) {
    if (!server.view) continue;
    for (const auto& broker : server.view->brokers) {
      for (const auto& [id, address] : broker.addresses) {
        if (out.size() >= most_brokers || !seen.emplace(broker.name, address).second) continue;
        out.push_back({.cluster = broker.cluster,
                       .name = broker.name,
                       .id = id,
                       .advertised = address,
                       .dialled = mapped(address, all.given),
                       .status = fail(errc::stopped, "not asked")});
      }
    }
  }
  return out;
}

}  // namespace

io::task<void> look_at_name_servers(looking& with, facts& into) {
  for (const auto& address : into.given.name_servers)
    into.name_servers.push_back({.address = address, .view = fail(errc::stopped, "not asked")});
  std::vector<io::task<void>> each;
  for (auto& one : into.name_servers) each.push_back(look_at_name_server(with, one));
  co_await together(with.gate, std::move(each));
}

io::task<void> look_at_brokers(looking& with, facts& into) {
  into.brokers = brokers_named_by(into);
  if (!into.brokers.empty()) into.given.cluster = into.brokers.front().cluster;
  std::vector<io::task<void>> each;
  for (auto& one : into.brokers) each.push_back(look_at_broker(with, into, one));
  co_await together(with.gate, std::move(each));
}

}  // namespace parley::cli::doctor
