// The chat server: requests from the bus to the store, answers and events from the store's outbox to the bus.
#include <parley/chat/server/server.hpp>

#include <parley/chat/server/intake.hpp>
#include <parley/io/backoff.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace parley::chat {

namespace {

/// How long a mark waits for a transaction to go along with.
constexpr milliseconds mark_patience{20};
constexpr milliseconds attempt{5000};

milliseconds left_until(steady_time deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - system_clock().steady_now());
  return std::max(left, milliseconds{1});
}

}  // namespace

/// One request on its way: over when everything it published is settled.
struct server::request_work {
  rocketmq::push_consumer::verdict_callback verdict;
  rocketmq::message_queue queue;
  std::int64_t offset{0};
  std::size_t unsettled{1};  // one for the store
  std::vector<std::int64_t> ids;
  bool cut_off{false};
  steady_time taken_at{system_clock().steady_now()};
  std::string action{};
  request_end end{request_end::ok};
};

server::server(rocketmq::client& bus, boost::asio::any_io_executor executor, std::unique_ptr<store> where,
               std::unique_ptr<service> decides, server_options options, failpoints& points, logger log)
    : bus_(bus),
      executor_(executor),
      options_(std::move(options)),
      points_(points),
      log_(log),
      producer_(bus, rocketmq::producer_options{.group = options_.group + "_producer"}),
      publisher_(std::make_shared<publisher>(executor, producer_, options_.topics, points, log)),
      worker_(std::move(where), std::move(decides), executor, points, log),
      gate_(executor),
      stop_asked_(executor),
      flush_timer_(executor) {}

server::~server() = default;

io::task<result<void>> server::start() {
  if (options_.watch) {
    gate_.spawn(watch_broker());
    gate_.spawn(watch_store());
  }
  auto ready = co_await wait_for_topics();
  if (!ready) co_return ready;
  rocketmq::push_consumer_options how;
  how.group = options_.group + "_consumer";
  how.subscriptions.emplace(options_.topics.requests, rocketmq::filter{});
  how.start = rocketmq::start_from::timestamp;
  how.start_timestamp_ms = system_clock().wall_ms() - options_.first_start_looks_back.count();
  // These bound what waits for the store and for the outbox, too.
  how.max_cached_messages = 512;
  how.max_cached_bytes = 4U * 1024U * 1024U;
  rocketmq::push_consumer::async_handler handler = [this](const std::shared_ptr<const rocketmq::received_message>& message,
                                                          rocketmq::push_consumer::verdict_callback verdict) {
    take(*message, std::move(verdict));
  };
  consumer_.emplace(bus_, std::move(how), std::move(handler));
  auto started = consumer_->start();
  if (!started) co_return started;
  gate_.spawn(keep_sweeping());
  gate_.spawn(keep_presence());
  gate_.spawn(keep_pruning());
  log_.info("the server takes requests", {{"topic", options_.topics.requests}, {"group", options_.group + "_consumer"}});
  co_return result<void>{};
}

void server::give_up_start() {
  start_given_up_ = true;
  stop_asked_.notify_all();
}

io::task<result<void>> server::wait_for_topics() {
  io::backoff pauses(milliseconds{500}, milliseconds{5000});
  auto random = random_source::from_system();
  while (!start_given_up_) {
    const auto deadline = system_clock().steady_now() + attempt;
    auto made = co_await make_missing_topics(bus_, options_.topics, options_.sizes, options_.name_servers, deadline);
    if (made) made = co_await make_missing_group(bus_, options_.group + "_consumer", options_.name_servers, deadline);
    if (made || start_given_up_) co_return made;
    const auto& cause = made.error();
    log_(may_pass(cause) ? log_level::warn : log_level::error, "topics and group are not there yet; trying again", {{"error", cause.message}});
    const auto again = system_clock().steady_now() + milliseconds{200} + pauses.next(random);
    co_await stop_asked_.wait_until(again);
  }
  co_return fail(errc::stopped, "the server was stopped before its topics were there");
}

void server::take(const rocketmq::received_message& message, rocketmq::push_consumer::verdict_callback verdict) {
  ++stats_.received;
  if (message.reconsume_times > 0) ++stats_.redelivered;
  auto what = read_request(message);
  if (const auto* bad = std::get_if<refusal>(&what)) {
    log_.warn("a message is no request",
              {{"request_id", bad->what.request_id}, {"mq_msg_id", message.message_id}, {"error", bad->what.cause.message}});
    if (!bad->what.answerable) {
      ++stats_.unanswerable;
      return verdict(rocketmq::consume_verdict::done);
    }
  }
  auto work = std::make_shared<request_work>();
  work->verdict = std::move(verdict);
  work->queue = message.queue;
  work->offset = message.queue_offset;
  ++stats_.pending;
  worker_.ask(std::move(what), [this, work](std::optional<handled> result) {
    if (result) return answered(std::move(*result), work);
    --stats_.pending;
    work->verdict(rocketmq::consume_verdict::retry_later);
  });
}

void server::answered(handled what, const std::shared_ptr<request_work>& work) {
  count(what);
  log_handled(what, *work);
  work->action = what.action;
  work->end = request_end_of(what.result);
  work->unsettled += what.outbox.size() + (what.volatile_answer ? 1U : 0U);
  const auto ended = [this, work](bool settled) {
    work->cut_off |= !settled;
    settle(work);
  };
  if (what.volatile_answer) publisher_->publish(std::move(*what.volatile_answer), ended);
  for (publication& row : what.outbox) {
    work->ids.push_back(row.id);
    publisher_->publish(std::move(row), ended);
  }
  settle(work);
}

void server::settle(const std::shared_ptr<request_work>& work) {
  if (--work->unsettled > 0) return;
  --stats_.pending;
  // Cut off by the stop: the outbox has what is missing, and the request comes again to whoever is next.
  if (work->cut_off) return;
  tally_.add(work->action, work->end, system_clock().steady_now() - work->taken_at);
  const auto tell = [this, work] {
    points_.pass(failpoint::before_commit);
    work->verdict(rocketmq::consume_verdict::done);
    points_.pass(failpoint::after_commit);
  };
  if (work->ids.empty()) return tell();
  mark(std::move(work->ids), tell);
}

void server::mark(std::vector<std::int64_t> ids, store_worker::done then) {
  worker_.forget(std::move(ids), std::move(then));
  if (stopping_) return worker_.flush();
  if (std::exchange(flush_planned_, true)) return;
  flush_timer_.expires_after(mark_patience);
  flush_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled == boost::asio::error::operation_aborted && !stopping_) return;
    flush_planned_ = false;
    worker_.flush();
  });
}

void server::count(const handled& what) {
  if (what.result == "ok") ++stats_.ok;
  if (what.result == "business") ++stats_.business;
  if (what.result == "system") ++stats_.system;
  if (what.duplicate) ++stats_.duplicates;
}

void server::log_handled(const handled& what, const request_work& work) const {
  const auto level = what.result == "system" ? log_level::warn : log_level::info;
  if (!log_.enabled(level)) return;
  const auto latency_ms = std::to_string(std::chrono::duration_cast<milliseconds>(system_clock().steady_now() - work.taken_at).count());
  const auto queue = work.queue.to_string();
  const auto offset = std::to_string(work.offset);
  log_(level, "a request was handled",
       {{"trace_id", what.trace_id},
        {"request_id", what.request_id},
        {"action", what.action},
        {"user_id", what.user_id},
        {"result", what.result},
        {"code", what.code},
        {"topic", work.queue.topic},
        {"queue", queue},
        {"offset", offset},
        {"latency_ms", latency_ms}});
}

io::task<result<void>> server::stop(steady_time deadline) {
  if (std::exchange(stopping_, true)) co_return result<void>{};
  stop_asked_.notify_all();
  worker_.flush();
  result<void> out{};
  // The consumer's drain ends when the last verdict is in, so everything is published by then; the rest is for what it leaves.
  if (consumer_) {
    const auto for_drain = left_until(deadline) * 3 / 4;
    out = co_await consumer_->async_stop(for_drain);
  }
  publisher_->stop();
  co_await gate_.stop(deadline);
  auto sent = co_await producer_.async_stop(left_until(deadline));
  worker_.stop();
  flush_timer_.cancel();
  // What is queued already, here or at the producer, still names this object.
  do {
    co_await boost::asio::post(executor_, boost::asio::use_awaitable);
  } while (publisher_->under_way() > 0 && system_clock().steady_now() < deadline);
  if (out && !sent) out = std::move(sent);
  co_return out;
}

server_stats server::stats() const {
  server_stats out = stats_;
  out.publishing = publisher_->stats();
  out.sends = producer_.stats();
  if (!consumer_) return out;
  out.consuming = consumer_->stats();
  for (const auto& queue : consumer_->progress()) {
    ++out.queues;
    // Before the first pull or commit there is nothing to compare.
    if (queue.broker_max_offset >= 0 && queue.commit_offset >= 0) {
      out.lag += std::max<std::int64_t>(queue.broker_max_offset - queue.commit_offset, 0);
    }
  }
  return out;
}

}  // namespace parley::chat
