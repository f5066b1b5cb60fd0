// Sends publications until a broker has them: answers beside each other, the events of one room one after the other.
#include <parley/chat/server/publisher.hpp>

#include <boost/asio/post.hpp>

#include <string>
#include <utility>
#include <vector>

namespace parley::chat {

namespace {

constexpr milliseconds first_pause{50};
constexpr milliseconds longest_pause{2000};

/// No broker will ever take such a message: trying again would only block what waits behind it.
bool hopeless(const error& cause) noexcept { return cause.code == errc::invalid_argument || cause.code == errc::too_large; }

}  // namespace

struct publisher::job {
  publication what;
  ended on_end;
  io::backoff pauses{first_pause, longest_pause};
  boost::asio::steady_timer timer;
  bool sending{false};
  bool complained{false};

  job(publication p, ended e, const boost::asio::any_io_executor& executor)
      : what(std::move(p)), on_end(std::move(e)), timer(executor) {}
};

rocketmq::message message_of(const publication& what, const topic_names& topics) {
  rocketmq::message out;
  out.topic = what.what == publication::kind::response ? topics.responses : topics.events;
  out.body = what.body;
  out.tag = what.tag;
  if (!what.key.empty()) out.keys.push_back(what.key);
  out.properties = what.properties;
  out.queue_key = what.queue_key;
  return out;
}

publisher::publisher(boost::asio::any_io_executor executor, rocketmq::producer& through, topic_names topics, failpoints& points,
                     logger log)
    : executor_(std::move(executor)),
      through_(through),
      topics_(std::move(topics)),
      points_(points),
      log_(std::move(log)),
      random_(random_source::from_system()) {}

publisher::~publisher() = default;

void publisher::publish(publication what, ended on_end) {
  if (what.id != 0 && !ids_.insert(what.id).second) return;
  const auto number = ++last_number_;
  const auto queue_key = what.queue_key;
  jobs_.emplace(number, std::make_unique<job>(std::move(what), std::move(on_end), executor_));
  if (stopping_) {
    boost::asio::post(executor_, [self = shared_from_this(), number] { self->end(number, false); });
  } else if (lanes_.enter(queue_key, number)) {
    send(number);
  }
}

void publisher::send(lanes::ticket number) {
  job& of = *jobs_.at(number);
  of.sending = true;
  through_.send(message_of(of.what, topics_), {}, [self = shared_from_this(), number](const rocketmq::send_outcome& outcome) {
    self->sent(number, outcome);
  });
}

void publisher::sent(lanes::ticket number, const rocketmq::send_outcome& outcome) {
  const auto at = jobs_.find(number);
  if (at == jobs_.end()) return;
  job& of = *at->second;
  of.sending = false;
  if (outcome.stored()) {
    ++stats_.published;
    log_published(of.what, outcome);
    points_.pass(of.what.what == publication::kind::response ? failpoint::after_publish_response : failpoint::after_publish_event);
    return end(number, true);
  }
  if (hopeless(outcome.cause)) {
    ++stats_.refused;
    log_.error("a publication was dropped: no broker can take it", {{"topic", outcome.queue.topic}, {"key", of.what.key}, {"error", outcome.cause.message}});
    return end(number, true);
  }
  if (stopping_) return end(number, false);
  again_later(number, outcome.cause);
}

void publisher::log_published(const publication& what, const rocketmq::send_outcome& outcome) const {
  if (!log_.enabled(log_level::info)) return;
  const auto property_of = [&what](std::string_view name) -> std::string_view {
    const auto at = what.properties.find(name);
    return at == what.properties.end() ? std::string_view{} : std::string_view(at->second);
  };
  const auto queue = outcome.queue.to_string();
  const auto offset = std::to_string(outcome.queue_offset);
  const auto trace_id = property_of(property::trace_id);
  if (what.what == publication::kind::response) {
    return log_.info("an answer was published", {{"trace_id", trace_id},
                                                 {"request_id", property_of(property::request_id)},
                                                 {"action", property_of(property::response_type)},
                                                 {"topic", outcome.queue.topic},
                                                 {"queue", queue},
                                                 {"offset", offset}});
  }
  const auto user_id = property_of(property::user_id);
  // What happens in no room is kept in order by its user instead.
  const std::string_view room_id = what.queue_key == user_id ? std::string_view{} : std::string_view(what.queue_key);
  log_.info("an event was published", {{"trace_id", trace_id},
                                       {"event_type", property_of(property::event_type)},
                                       {"user_id", user_id},
                                       {"room_id", room_id},
                                       {"message_id", what.key},
                                       {"topic", outcome.queue.topic},
                                       {"queue", queue},
                                       {"offset", offset}});
}

void publisher::again_later(lanes::ticket number, const error& cause) {
  job& of = *jobs_.at(number);
  ++stats_.repeated;
  const auto pause = of.pauses.next(random_);
  const auto pause_ms = std::to_string(pause.count());
  // Said aloud once for each: an outage is not to fill the log.
  const auto level = std::exchange(of.complained, true) ? log_level::debug : log_level::warn;
  log_(level, "a publication has no broker yet; trying again", {{"key", of.what.key}, {"pause_ms", pause_ms}, {"error", cause.message}});
  of.timer.expires_after(pause);
  of.timer.async_wait([self = shared_from_this(), number](const boost::system::error_code& cancelled) {
    if (!self->jobs_.contains(number)) return;
    if (cancelled || self->stopping_) return self->end(number, false);
    self->send(number);
  });
}

void publisher::end(lanes::ticket number, bool settled) {
  const auto node = jobs_.extract(number);
  if (node.empty()) return;
  job& of = *node.mapped();
  if (of.what.id != 0) ids_.erase(of.what.id);
  if (!stopping_ && !of.what.queue_key.empty()) {
    if (const auto next = lanes_.leave(of.what.queue_key)) send(*next);
  }
  if (of.on_end) of.on_end(settled);
}

void publisher::stop() {
  if (std::exchange(stopping_, true)) return;
  std::vector<lanes::ticket> idle;
  for (const auto& [number, of] : jobs_) {
    if (!of->sending) idle.push_back(number);
  }
  for (const auto number : idle) {
    boost::asio::post(executor_, [self = shared_from_this(), number] { self->end(number, false); });
  }
}

}  // namespace parley::chat
