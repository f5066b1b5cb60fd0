// The chat client's life: what it subscribes to, what arrives and to whom it goes.
#include <parley/chat/client/client.hpp>

#include <parley/io/backoff.hpp>
#include <parley/io/deadline.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::chat {

namespace {

constexpr milliseconds attempt{3000};
/// RocketMQ's SUBSCRIPTION_GROUP_NOT_EXIST.
constexpr std::int32_t no_such_group = 26;

milliseconds left_until(steady_time deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - system_clock().steady_now());
  return std::max(left, milliseconds{1});
}

std::string random_token(random_source& random) { return fmt::format("{:016x}{:08x}", random.next(), random.next() & 0xffffffffU); }

std::string joined_types(const std::vector<std::string>& types) {
  return types.empty() ? "*" : fmt::format("{}", fmt::join(types, " || "));
}

}  // namespace

client::client(rocketmq::client& bus, boost::asio::any_io_executor executor, client_options options, logger log)
    : bus_(bus),
      executor_(executor),
      options_(std::move(options)),
      log_(std::move(log)),
      random_(random_source::from_system()),
      token_(random_token(random_)),
      producer_(bus, rocketmq::producer_options{.group = options_.group + "_producer"}),
      order_(options_.order),
      gate_(executor),
      changed_(executor) {}

client::~client() = default;

void client::on_event(std::string type, event_handler handler) { handlers_.insert_or_assign(std::move(type), std::move(handler)); }

void client::on_reach(std::function<void(bool reached)> handler) { reach_handler_ = std::move(handler); }
void client::on_gap(std::function<void(const event_gap&)> handler) { gap_handler_ = std::move(handler); }

io::task<result<void>> client::start(steady_time deadline) {
  if (options_.watch) gate_.spawn(watch_broker());
  auto topics = co_await make_topics(deadline);
  if (!topics) co_return topics;
  auto subscribed = co_await subscribe(deadline);
  if (!subscribed) co_return subscribed;
  if (options_.events) gate_.spawn(keep_order());
  if (options_.presence) gate_.spawn(keep_presence());
  started_ = true;
  log_.info("connected", {{"user_id", options_.user_id}, {"topic", options_.topics.requests}, {"reply_to", token_}});
  co_return result<void>{};
}

io::task<result<void>> client::make_topics(steady_time deadline) {
  io::backoff pauses(milliseconds{200}, milliseconds{2000});
  while (true) {
    const auto until = std::min(deadline, system_clock().steady_now() + attempt);
    const topic_sizes sizes;
    auto made = co_await make_missing_topics(bus_, options_.topics, sizes, options_.name_servers, until);
    if (made || given_up_ || !may_pass(made.error())) co_return made;
    const auto again = system_clock().steady_now() + milliseconds{100} + pauses.next(random_);
    if (again >= deadline) co_return made;
    log_.warn("the chat's topics cannot be reached yet; trying again", {{"error", made.error().message}});
    co_await changed_.wait_until(again);
  }
}

io::task<result<void>> client::subscribe(steady_time deadline) {
  if (!options_.answers && !options_.events) co_return result<void>{};
  reader_.emplace(bus_, rocketmq::pull_consumer_options{.group = options_.group + "_consumer"});
  reader_->deliver_to([this](rocketmq::received_message message) { arrived(std::move(message)); });
  reader_->on_trouble([this](const rocketmq::message_queue& queue, const error& cause) { trouble(queue, cause); });
  if (options_.answers) {
    const rocketmq::filter ours{.tags = token_, .untagged_too = true};
    auto answers = co_await reader_->async_subscribe_from_end(options_.topics.responses, ours, left_until(deadline));
    if (!answers) co_return answers;
  }
  if (options_.events) {
    const rocketmq::filter types{.tags = joined_types(options_.event_types), .untagged_too = !options_.event_types.empty()};
    auto events = co_await reader_->async_subscribe_from_end(options_.topics.events, types, left_until(deadline));
    if (!events) co_return events;
  }
  co_return result<void>{};
}

void client::arrived(rocketmq::received_message message) {
  if (stopping_ && pending_.size() == 0) return;
  if (message.topic == options_.topics.responses) return response_arrived(message);
  if (message.topic == options_.topics.events) event_arrived(message);
}

void client::response_arrived(const rocketmq::received_message& message) {
  auto decoded = decode_response(message.body);
  if (!decoded) {
    ++stats_.unreadable;
    log_.warn("a message is no response", {{"mq_msg_id", message.message_id}, {"error", decoded.error().message}});
    return;
  }
  decoded->response_type = message.property(property::response_type);
  const auto request_id = decoded->request_id;
  switch (pending_.answer(std::move(*decoded))) {
    case answer_match::matched: ++stats_.answered; break;
    case answer_match::late: log_.debug("an answer to a request that is over", {{"request_id", request_id}}); break;
    case answer_match::foreign: ++stats_.foreign_answers; break;
  }
}

void client::event_arrived(const rocketmq::received_message& message) {
  auto decoded = decode_event(message.body);
  if (!decoded) {
    ++stats_.unreadable;
    log_.warn("a message is no event", {{"mq_msg_id", message.message_id}, {"error", decoded.error().message}});
    return;
  }
  if (const auto trace = message.property(property::trace_id); valid_id(trace)) decoded->trace_id = trace;
  const auto ready = order_.offer(std::move(*decoded), system_clock().steady_now());
  // Nothing ready: it is held, and somebody has to look at the clock.
  if (ready.empty()) changed_.notify_all();
  hand_on(ready);
}

void client::hand_on(const std::vector<event>& ready) {
  for (const event& one : ready) {
    if (!wanted(one)) continue;
    ++stats_.events;
    auto at = handlers_.find(one.type);
    if (at == handlers_.end()) at = handlers_.find("");
    if (at != handlers_.end()) at->second(one);
  }
}

bool client::wanted(const event& what) const {
  const auto& types = options_.event_types;
  return types.empty() || std::find(types.begin(), types.end(), what.type) != types.end();
}

void client::trouble(const rocketmq::message_queue& queue, const error& cause) {
  const bool reached_before = in_trouble_.empty();
  if (cause.message.empty()) {
    in_trouble_.erase(queue);
  } else {
    in_trouble_.insert_or_assign(queue, cause.message);
  }
  if (reach_handler_ && in_trouble_.empty() != reached_before) reach_handler_(in_trouble_.empty());
  if (cause.remote_code == no_such_group && !std::exchange(group_asked_, true)) gate_.spawn(make_group());
}

io::task<void> client::make_group() {
  const auto name = options_.group + "_consumer";
  const auto made = co_await make_missing_group(bus_, name, options_.name_servers, system_clock().steady_now() + attempt);
  if (made) {
    log_.info("the group was not there and has been made", {{"group", name}});
  } else {
    log_.error("the group is not there and cannot be made from here", {{"group", name}, {"error", made.error().message}});
  }
}

void client::give_up() {
  given_up_ = true;
  changed_.notify_all();
  pending_.end_all(fail(errc::stopped, "the client was stopped"));
}

io::task<result<void>> client::stop(steady_time deadline) {
  if (std::exchange(stopping_, true)) co_return result<void>{};
  if (options_.presence) {
    const auto patience = std::min(left_until(deadline) / 2, milliseconds{2000});
    const auto said = co_await say_presence("offline", patience);
    if (!said) log_.info("gone without goodbye; the presence lease will run out", {{"error", said.error().message}});
  }
  pending_.end_all(fail(errc::stopped, "the client was stopped"));
  co_await gate_.stop(deadline);
  result<void> out{};
  if (reader_) out = co_await reader_->async_stop(left_until(deadline));
  auto sent = co_await producer_.async_stop(left_until(deadline));
  if (out && !sent) out = std::move(sent);
  co_return out;
}

void client::start_room_after(const std::string& room_id, std::int64_t seq) {
  const auto ready = order_.start_after(room_id, seq, system_clock().steady_now());
  changed_.notify_all();
  hand_on(ready);
}

client_stats client::stats() const {
  client_stats out = stats_;
  out.late_answers = pending_.late_answers();
  out.order = order_.stats();
  out.pending = pending_.size();
  out.sends = producer_.stats();
  if (reader_) out.reading = reader_->stats();
  return out;
}

}  // namespace parley::chat
