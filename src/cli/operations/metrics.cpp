// The metrics of /metrics: no label has a user, a room or anything else that grows with use.
#include "operations/metrics.hpp"

#include <parley/chat/watch/request_tally.hpp>

#include <string>
#include <utility>

namespace parley::cli {

namespace {

template <class Number>
double number(Number from) {
  return static_cast<double>(from);
}

ops::sample sample_of(const chat::duration_histogram& from, ops::labels with) {
  ops::sample out{.with = std::move(with), .value = from.sum_seconds, .count = from.count()};
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < from.upper_seconds.size(); ++i) {
    so_far += from.counts.at(i);
    out.buckets.push_back({.upper = from.upper_seconds.at(i), .count = so_far});
  }
  return out;
}

void add_requests(ops::figures& to, const std::string& side, const chat::request_tally& tally) {
  const std::string name = "parley_" + side + "_requests_total";
  const std::string durations = "parley_" + side + "_request_duration_seconds";
  for (const auto& [action, one] : tally.by_action()) {
    const auto add = [&, &of = action](const char* result, std::uint64_t count) {
      to.counter(name, "Requests that have ended, by action and result.", number(count), {{"action", of}, {"result", result}});
    };
    add("ok", one.ok);
    add("business", one.business);
    add("system", one.system);
    if (side == "client") add("timed_out", one.timed_out);
    to.histogram(durations,
                 "From a request's arrival to its answer at a broker; of a client, from asking to the answer or the deadline.",
                 sample_of(one.durations, {{"action", action}}));
  }
}

}  // namespace

ops::figures figures_of(const chat::server& what) {
  ops::figures out;
  const auto stats = what.stats();
  add_requests(out, "server", what.tally());
  out.gauge("parley_server_requests_pending", "Requests taken and not answered yet.", number(stats.pending));
  out.counter("parley_server_received_total", "Messages of the requests topic that came.", number(stats.received));
  out.counter("parley_server_redeliveries_total", "Of those, delivered anew by the broker.", number(stats.redelivered));
  out.counter("parley_server_duplicates_total", "Requests answered before, and answered the same again.", number(stats.duplicates));
  out.counter("parley_server_unanswerable_total", "Messages that are no request and name none.", number(stats.unanswerable));
  out.gauge("parley_server_consumer_lag_messages", "Messages in this server's queues that are not done yet.", number(stats.lag));
  out.gauge("parley_server_consumer_queues", "Queues that this server reads.", number(stats.queues));
  out.counter("parley_server_consumer_pull_failures_total", "Pulls that brought no answer, or a refusal.",
              number(stats.consuming.pull_failures));
  out.counter("parley_server_given_back_total", "Messages that this server could not decide and had delivered anew.",
              number(stats.consuming.retried));
  out.counter("parley_server_dead_letters_total", "Of those, given up after too many deliveries.",
              number(stats.consuming.dead_lettered));
  if (stats.outbox_rows) {
    out.gauge("parley_server_outbox_messages", "What is in the store's outbox, of all its servers.", number(*stats.outbox_rows));
  }
  out.counter("parley_server_published_total", "Answers and events that a broker has taken.", number(stats.publishing.published));
  out.counter("parley_server_publish_repeats_total", "Attempts to publish after the first.", number(stats.publishing.repeated));
  out.counter("parley_server_publish_refusals_total", "Dropped, since no broker will ever take them.",
              number(stats.publishing.refused));
  out.counter("parley_server_republished_total", "Rows of the outbox that a crash had left.", number(stats.republished));
  return out;
}

ops::figures figures_of(const chat::client& what) {
  ops::figures out;
  const auto stats = what.stats();
  add_requests(out, "client", what.tally());
  out.gauge("parley_client_requests_pending", "Requests that wait for their answer.", number(stats.pending));
  out.counter("parley_client_resent_total", "Requests sent again, since no broker had taken them.", number(stats.resent));
  out.counter("parley_client_late_answers_total", "Answers to requests that were over.", number(stats.late_answers));
  out.counter("parley_client_foreign_answers_total", "Answers to other clients.", number(stats.foreign_answers));
  out.counter("parley_client_unreadable_total", "Messages that are no response or no event.", number(stats.unreadable));
  out.counter("parley_client_deliveries_total", "Events handed on.", number(stats.events));
  out.counter("parley_client_duplicates_total", "Events dropped, since they were handed on before.", number(stats.order.copies));
  out.counter("parley_client_skipped_total", "Events of a room that could not be had.", number(stats.order.skipped));
  out.gauge("parley_client_reader_lag_messages", "Messages in the queues of answers and events that are still to be read.",
            number(stats.reading.lag));
  out.gauge("parley_client_reader_queues", "Queues that this client reads.", number(stats.reading.queues));
  out.counter("parley_client_reader_pull_failures_total", "Pulls that brought no answer, or a refusal.",
              number(stats.reading.pull_failures));
  return out;
}

ops::figures figures_of(const rocketmq::client_stats& bus, const rocketmq::producer_stats& sends) {
  ops::figures out;
  const std::string help = "Sends that have ended, by what is known of them.";
  out.counter("parley_sends_total", help, number(sends.stored), {{"outcome", "stored"}});
  out.counter("parley_sends_total", help, number(sends.rejected), {{"outcome", "rejected"}});
  out.counter("parley_sends_total", help, number(sends.unknown), {{"outcome", "unknown"}});
  out.gauge("parley_sends_pending", "Sends under way.", number(sends.in_flight));
  out.gauge("parley_bus_connections", "Connections to brokers and NameServers.", number(bus.connections));
  out.counter("parley_bus_connect_failures_total", "Attempts to connect to them that came to nothing.", number(bus.failed_connects));
  out.counter("parley_bus_requests_total", "Requests to brokers and NameServers.", number(bus.requests));
  out.counter("parley_bus_timeouts_total", "Of those, not answered in time.", number(bus.timed_out));
  out.counter("parley_bus_late_answers_total", "Answers that came too late.", number(bus.late_answers));
  out.counter("parley_bus_route_refreshes_total", "Routes asked for.", number(bus.route_refreshes));
  out.counter("parley_bus_heartbeats_total", "Heartbeats sent.", number(bus.heartbeats));
  return out;
}

}  // namespace parley::cli
