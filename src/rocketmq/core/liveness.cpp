// Probing of silent connections.
#include "core/liveness.hpp"

#include <fmt/format.h>

namespace parley::rocketmq::core {
namespace {

constexpr milliseconds look_period{3000};
constexpr milliseconds probe_time{5000};

}  // namespace

liveness::liveness(core_context& context, route_service& routes, membership& groups, name_server_client& servers)
    : context_(context), routes_(routes), groups_(groups), servers_(servers) {}

io::task<void> liveness::watch_forever() {
  while (true) {
    const bool awake = co_await context_.sleep(look_period);
    if (!awake) co_return;
    std::erase_if(looks_, [](const auto& item) { return item.second.which.expired(); });
    look_at_brokers();
    look_at_name_servers();
  }
}

liveness::look& liveness::seen(const endpoint& address, const std::shared_ptr<remoting::connection>& which) {
  auto& last = looks_[address];
  if (last.which.lock() != which) last = look{.which = which};
  return last;
}

void liveness::remember(look& last, const remoting::connection_probe& now) {
  last.bytes_in = now.bytes_in;
  last.timed_out = now.timed_out;
}

void liveness::look_at_brokers() {
  for (const auto& address : routes_.table().addresses(true)) {
    const auto open = context_.dialer.existing(address);
    if (!open) continue;
    auto& last = seen(address, open);
    const auto now = open->probe();
    const bool silent = now.bytes_in == last.bytes_in;
    const bool owes = open->pending() > 0 || now.timed_out != last.timed_out;
    remember(last, now);
    if (silent && owes && !last.probing) last.probing = context_.gate.spawn(probe(address, open));
  }
}

io::task<void> liveness::probe(endpoint address, std::shared_ptr<remoting::connection> which) {
  const auto before = which->probe().bytes_in;
  const auto outcome = co_await groups_.beat_over(address, which, context_.now() + probe_time);
  const bool late = !outcome.answer && outcome.answer.error().code == errc::timed_out;
  if (late && which->probe().bytes_in == before && !which->closed() && !context_.gate.stopping()) {
    auto why = fail(errc::disconnected, fmt::format("broker {} has been silent for {} s and does not answer", address.to_string(),
                                                    std::chrono::duration_cast<std::chrono::seconds>(probe_time + look_period).count()));
    context_.log().warn("a connection is dead and closed", {{"broker", address.to_string()}});
    which->close(std::move(why));
  }
  if (const auto at = looks_.find(address); at != looks_.end()) at->second.probing = false;
}

void liveness::look_at_name_servers() {
  for (const auto& address : servers_.servers().in_order()) {
    const auto open = context_.dialer.existing(address);
    if (!open) continue;
    auto& last = seen(address, open);
    const auto now = open->probe();
    const bool dead = now.bytes_in == last.bytes_in && now.timed_out != last.timed_out;
    remember(last, now);
    if (dead) open->close(fail(errc::disconnected, fmt::format("NameServer {} does not answer any more", address.to_string())));
  }
}

}  // namespace parley::rocketmq::core
