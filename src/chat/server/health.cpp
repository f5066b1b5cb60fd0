// What the server finds out about the things it stands on.
#include <parley/chat/server/server.hpp>
#include <parley/io/deadline.hpp>

#include <utility>

namespace parley::chat {

namespace {

/// Well under what a watcher may be late by, and long for a broker that runs.
constexpr milliseconds reach_patience{1500};

finding seen_now(const result<void>& outcome) {
  return finding{.seen_at = system_clock().steady_now(), .error = outcome ? std::string{} : outcome.error().message};
}

}  // namespace

io::task<void> server::watch_broker() {
  while (!stopping_ && !gate_.stopping()) {
    const auto reached = co_await producer_.async_reach(options_.topics.responses, reach_patience);
    broker_seen_ = seen_now(reached);
    co_await io::sleep_for(watch_period);
  }
}

io::task<void> server::watch_store() {
  while (!stopping_ && !gate_.stopping()) {
    look_at_store();
    co_await io::sleep_for(watch_period);
  }
}

void server::look_at_store() {
  if (std::exchange(looking_at_store_, true)) return;
  worker_.run([this](service&, store& where) -> store_worker::done {
    auto seen = seen_now(where.check());
    auto rows = where.outbox_size();
    return [this, seen = std::move(seen), rows = std::move(rows)]() mutable {
      looking_at_store_ = false;
      store_seen_ = std::move(seen);
      if (rows) stats_.outbox_rows = *rows;
    };
  });
}

server_health server::health() const {
  server_health out{.broker = broker_seen_, .assignment = {}, .store = store_seen_};
  out.assignment.seen_at = system_clock().steady_now();
  if (stopping_) {
    out.assignment.error = "the server is stopping";
  } else if (!consumer_) {
    out.assignment.error = "topics and group are not there yet";
  } else if (!consumer_->stats().rebalanced_once) {
    out.assignment.error = "the first allocation of queues is not made yet";
  }
  return out;
}

}  // namespace parley::chat
