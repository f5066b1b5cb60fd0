// What the client finds out about the things it stands on.
#include <parley/chat/client/client.hpp>
#include <parley/io/deadline.hpp>

namespace parley::chat {

namespace {

/// Well under what a watcher may be late by, and long for a broker that runs.
constexpr milliseconds reach_patience{1500};

}  // namespace

io::task<void> client::watch_broker() {
  while (!stopping_ && !gate_.stopping()) {
    const auto reached = co_await producer_.async_reach(options_.topics.requests, reach_patience);
    broker_seen_ = finding{.seen_at = system_clock().steady_now(), .error = reached ? std::string{} : reached.error().message};
    co_await io::sleep_for(watch_period);
  }
}

client_health client::health() const {
  const auto now = system_clock().steady_now();
  client_health out{.connected = {.seen_at = now}, .broker = broker_seen_, .reading = {.seen_at = now}};
  if (!started_) out.connected.error = "not connected yet";
  if (stopping_) out.connected.error = "the client is stopping";
  if (!in_trouble_.empty()) {
    const auto& [queue, why] = *in_trouble_.begin();
    out.reading.error = queue.to_string() + ": " + why;
  }
  if (!started_) out.reading.error = "not reading yet";
  return out;
}

}  // namespace parley::chat
