// What the server does by the clock: sweeping the outbox, ending presence, forgetting old answers.
#include <parley/chat/server/server.hpp>
#include <parley/io/deadline.hpp>

#include <string>
#include <utility>

namespace parley::chat {

namespace {

constexpr milliseconds sweep_period{1000};
constexpr milliseconds presence_period{1000};
constexpr milliseconds prune_period{60'000};
/// While there is more to forget than one round may take.
constexpr milliseconds prune_again_period{1000};
constexpr std::int64_t swept_at_once = 256;
constexpr std::int64_t pruned_at_once = 1000;
/// With so much under way already a sweep would only pile up more.
constexpr std::size_t enough_under_way = 4096;

}  // namespace

io::task<void> server::keep_sweeping() {
  while (!stopping_ && !gate_.stopping()) {
    sweep_once();
    co_await io::sleep_for(sweep_period);
  }
}

void server::sweep_once() {
  if (publisher_->under_way() >= enough_under_way || std::exchange(sweeping_, true)) return;
  const auto claim_for = options_.claim_for.count();
  worker_.run([this, claim_for](service&, store& where) -> store_worker::done {
    const auto now = system_clock().wall_ms();
    auto rows = where.claim_publications(now, now + claim_for, swept_at_once);
    return [this, rows = std::move(rows)]() mutable {
      sweeping_ = false;
      if (!rows) return log_.warn("the outbox could not be swept", {{"error", rows.error().message}});
      publish_alone(std::move(*rows));
    };
  });
}

void server::publish_alone(std::vector<publication> rows) {
  std::uint64_t found = 0;
  for (publication& row : rows) {
    const auto id = row.id;
    if (publisher_->holds(id)) continue;  // our own, waiting for a broker: the sweep has renewed its claim
    ++found;
    publisher_->publish(std::move(row), [this, id](bool settled) {
      if (settled) mark({id}, [] {});
    });
  }
  if (found == 0) return;
  stats_.republished += found;
  const auto count = std::to_string(found);
  log_.info("publishing what the outbox held", {{"rows", count}});
}

io::task<void> server::keep_presence() {
  while (!stopping_ && !gate_.stopping()) {
    worker_.run([this](service& decides, store&) -> store_worker::done {
      auto rows = decides.expire_presence();
      if (rows.empty()) return {};
      return [this, rows = std::move(rows)]() mutable {
        for (publication& row : rows) {
          const auto id = row.id;
          publisher_->publish(std::move(row), [this, id](bool settled) {
            if (settled) mark({id}, [] {});
          });
        }
      };
    });
    co_await io::sleep_for(presence_period);
  }
}

io::task<void> server::keep_pruning() {
  while (!stopping_ && !gate_.stopping()) {
    worker_.run([this](service&, store& where) -> store_worker::done {
      const auto pruned = where.forget_old_answers(system_clock().wall_ms(), pruned_at_once);
      if (!pruned) log_.warn("old answers could not be forgotten", {{"error", pruned.error().message}});
      return [this, full = pruned && *pruned >= pruned_at_once] { prune_again_ = full; };
    });
    co_await io::sleep_for(prune_again_ ? prune_again_period : prune_period);
  }
}

}  // namespace parley::chat
