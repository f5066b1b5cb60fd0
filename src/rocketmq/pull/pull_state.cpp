// Subscribing, assigning, seeking and polling.
#include "pull/pull_state.hpp"

#include "core/names.hpp"
#include "core/run_on_core.hpp"
#include "core/wire.hpp"

#include <parley/remoting/codec/requests/offset.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace parley::rocketmq {
namespace {

constexpr std::int32_t read_permission = 4;
constexpr std::int32_t most_queues = 65536;
constexpr milliseconds pause_after_failure{50};

std::vector<message_queue> readable_queues(const topic_route& route) {
  std::vector<message_queue> out;
  for (const auto& part : route.queues) {
    if ((part.permission & read_permission) == 0) continue;
    const auto count = std::min(part.read_queues, most_queues);
    for (std::int32_t id = 0; id < count; ++id)
      out.push_back({.topic = route.topic, .broker_name = part.broker_name, .queue_id = id});
  }
  return out;
}

std::size_t weight(const received_message& of) noexcept { return of.body.size(); }

result<void> check(const pull_consumer_options& options) {
  if (auto checked = core::check_group(options.group); !checked) return checked;
  if (options.broker_hold < milliseconds{0} || options.broker_hold > milliseconds{600'000}) {
    return fail(errc::invalid_argument, "broker_hold must be 0 to 600 s");
  }
  if (options.pull_batch < 1 || options.pull_batch > 1024) return fail(errc::invalid_argument, "pull_batch must be 1 to 1024");
  if (options.max_buffered_messages == 0 || options.max_buffered_bytes == 0)
    return fail(errc::invalid_argument, "the buffer's bounds must be positive");
  return {};
}

// The ends of several queues, asked for side by side.
struct offset_collection {
  explicit offset_collection(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
  io::signal changed;
  std::map<message_queue, std::int64_t> found;
  std::optional<error> failure;
  std::size_t left{0};
};

}  // namespace

pull_consumer::state::state(std::shared_ptr<core::client_core> owner, pull_consumer_options given)
    : core(std::move(owner)),
      options(std::move(given)),
      options_checked(check(options)),
      arrived_(core->executor()),
      room_(core->executor()) {}

result<void> pull_consumer::state::usable() const {
  if (!options_checked) return options_checked;
  if (stopped) return fail(errc::stopped, fmt::format("the pull consumer of group {} is stopped", options.group));
  return {};
}

io::task<result<std::vector<message_queue>>> pull_consumer::state::queues_of(std::string topic, steady_time deadline) {
  if (auto checked = core::check_topic(topic); !checked) co_return checked.error();
  auto route = co_await core->fresh_route(topic, deadline);
  if (!route && route.error().code == errc::not_found) {
    auto why = route.error();
    why.message += ": create it with admin::create_topic or mqadmin updateTopic";
    co_return why;
  }
  if (!route) co_return route.error();
  core->watch_topic(topic);
  auto queues = readable_queues(*route);
  if (queues.empty()) co_return fail(errc::unavailable, fmt::format("topic {} has no queue that can be read", topic));
  co_return queues;
}

io::task<result<std::int64_t>> pull_consumer::state::ask_offset(message_queue queue, bool end, steady_time deadline) {
  error last = fail(errc::unavailable, fmt::format("no NameServer of {} knows broker {}", core->name_servers(), queue.broker_name));
  while (core->time().steady_now() < deadline && !stopped) {
    const auto address = core->broker_address(queue.broker_name, 0, true);
    if (!address) {
      co_await core->fresh_route(queue.topic, deadline);
      const bool awake = co_await core->sleep(pause_after_failure);
      if (!awake) co_return core::stopped_error();
      continue;
    }
    remoting::max_offset_request at_end;
    at_end.topic = queue.topic;
    at_end.queue_id = queue.queue_id;
    remoting::min_offset_request at_begin;
    at_begin.topic = queue.topic;
    at_begin.queue_id = queue.queue_id;
    auto request = end ? at_end.to_command() : at_begin.to_command();
    const auto until = std::min(deadline, core->time().steady_now() + core->options().request_timeout);
    const auto outcome = co_await core->call(*address, std::move(request), until);
    if (outcome.answer && outcome.answer->code != 0) {
      co_return core::refusal("the offset of " + queue.to_string(), "broker " + address->to_string(), *outcome.answer);
    }
    if (outcome.answer) {
      const auto said = remoting::offset_response::read(outcome.answer->fields);
      if (!said) co_return said.error();
      co_return said->offset;
    }
    last = outcome.answer.error();
    if (last.code == errc::stopped) break;
    const bool awake = co_await core->sleep(pause_after_failure);
    if (!awake) co_return core::stopped_error();
  }
  co_return last;
}

io::task<result<pull_consumer::state::offsets>> pull_consumer::state::ask_ends(std::vector<message_queue> queues,
                                                                               steady_time deadline) {
  const auto all = std::make_shared<offset_collection>(core->executor());
  for (auto& queue : queues) {
    auto one = [](std::shared_ptr<state> self, std::shared_ptr<offset_collection> into, message_queue of,
                  steady_time until) -> io::task<void> {
      const auto offset = co_await self->ask_offset(of, true, until);
      if (offset) {
        into->found.emplace(std::move(of), *offset);
      } else if (!into->failure) {
        into->failure = offset.error();
      }
      --into->left;
      into->changed.notify_all();
    };
    ++all->left;
    core->spawn(one(shared_from_this(), all, std::move(queue), deadline));
  }
  while (all->left > 0 && !all->failure && core->time().steady_now() < deadline && core->running() && !stopped) {
    co_await all->changed.wait_until(deadline);
  }
  if (all->failure) co_return *all->failure;
  if (stopped || !core->running()) co_return core::stopped_error();
  if (all->left > 0) co_return fail(errc::timed_out, "the ends of the queues were not known in time");
  co_return all->found;
}

io::task<result<void>> pull_consumer::state::subscribe(std::string topic, filter what, steady_time deadline) {
  const auto self = shared_from_this();
  if (auto fit = usable(); !fit) co_return fit;
  auto queues = co_await queues_of(topic, deadline);
  if (!queues) co_return queues.error();
  auto ends = co_await ask_ends(std::move(*queues), deadline);
  if (!ends) co_return ends.error();
  if (auto fit = usable(); !fit) co_return fit;
  const auto passing = std::make_shared<const core::tag_filter>(what);
  for (const auto& [queue, offset] : *ends) {
    // A queue that is read already goes on where it is, with the new filter.
    const auto at = readers_.find(queue);
    read_from(queue, passing, at == readers_.end() ? offset : at->second->next_offset);
  }
  subscriptions_[topic] = passing;
  if (!std::exchange(listening_, true)) {
    const std::weak_ptr<state> weak = self;
    core->on_route_change(self, [weak](const std::string& changed) {
      if (const auto alive = weak.lock()) alive->route_changed(changed);
    });
  }
  route_changed(topic);  // queues that came while the ends were asked for
  co_return result<void>();
}

// Queues that are gone from a route keep their readers: a broker that is away for a while must not have its queues begun anew.
void pull_consumer::state::route_changed(const std::string& topic) {
  const auto subscription = subscriptions_.find(topic);
  const auto route = core->shared_route(topic);
  if (stopped || subscription == subscriptions_.end() || route == nullptr) return;
  for (const auto& queue : readable_queues(*route)) {
    if (readers_.contains(queue)) continue;
    core->log().info("a queue has appeared and is read from its beginning", {{"queue", queue.to_string()}});
    read_from(queue, subscription->second, 0);
  }
}

io::task<result<void>> pull_consumer::state::assign(std::vector<message_queue> queues, filter what, steady_time deadline) {
  const auto self = shared_from_this();
  if (auto fit = usable(); !fit) co_return fit;
  std::set<std::string> topics;
  std::vector<message_queue> unknown;
  for (const auto& queue : queues) {
    topics.insert(queue.topic);
    if (!sought_.contains(queue) && !readers_.contains(queue)) unknown.push_back(queue);
  }
  for (const auto& topic : topics) {
    const auto known = co_await queues_of(topic, deadline);
    if (!known) co_return known.error();
  }
  auto starts = co_await ask_ends(std::move(unknown), deadline);
  if (!starts) co_return starts.error();
  if (auto fit = usable(); !fit) co_return fit;
  for (const auto& [queue, held] : readers_) starts->try_emplace(queue, held->next_offset);
  for (const auto& [queue, offset] : sought_) (*starts)[queue] = offset;
  const auto old = readers_;
  subscriptions_.clear();
  const auto passing = std::make_shared<const core::tag_filter>(what);
  const std::set<message_queue> wanted(queues.begin(), queues.end());
  for (const auto& [queue, held] : old) {
    if (!wanted.contains(queue)) forget(queue);
  }
  for (const auto& queue : wanted) read_from(queue, passing, starts->at(queue));
  sought_.clear();
  co_return result<void>();
}

void pull_consumer::state::forget(const message_queue& queue) {
  if (const auto at = readers_.find(queue); at != readers_.end()) {
    retire(*at->second);
    readers_.erase(at);
    queues_ = readers_.size();
  }
  const auto gone = std::remove_if(buffer_.begin(), buffer_.end(), [&](const received_message& held) {
    if (held.queue != queue) return false;
    buffered_bytes_ -= weight(held);
    return true;
  });
  buffer_.erase(gone, buffer_.end());
  room_.notify_all();
}

void pull_consumer::state::retire(reader& old) {
  old.alive = false;
  lag_ -= std::exchange(old.behind, 0);
}

void pull_consumer::state::note_end(reader& of, std::int64_t end_offset) {
  const auto behind = std::max<std::int64_t>(end_offset - of.next_offset, 0);
  lag_ += behind - std::exchange(of.behind, behind);
}

pull_consumer_stats pull_consumer::state::stats() const noexcept {
  return {.queues = queues_.load(), .lag = lag_.load(), .pull_failures = failures_.load()};
}

void pull_consumer::state::read_from(const message_queue& queue, filter_ptr passing, std::int64_t offset) {
  if (const auto at = readers_.find(queue); at != readers_.end()) retire(*at->second);
  auto own = std::make_shared<reader>();
  own->queue = queue;
  own->passing = std::move(passing);
  own->next_offset = offset;
  own->batch = options.pull_batch;
  readers_[queue] = own;
  queues_ = readers_.size();
  core->spawn(read_forever(std::move(own)));
}

void pull_consumer::state::seek(const message_queue& queue, std::int64_t offset) {
  const auto at = readers_.find(queue);
  if (at == readers_.end()) {
    sought_[queue] = offset;
    return;
  }
  const auto passing = at->second->passing;
  forget(queue);
  read_from(queue, passing, offset);
}

io::task<result<void>> pull_consumer::state::seek_to_end(message_queue queue, steady_time deadline) {
  const auto self = shared_from_this();
  const auto offset = co_await ask_offset(queue, true, deadline);
  if (!offset) co_return offset.error();
  seek(queue, *offset);
  co_return result<void>();
}

io::task<result<void>> pull_consumer::state::seek_to_begin(message_queue queue, steady_time deadline) {
  const auto self = shared_from_this();
  const auto offset = co_await ask_offset(queue, false, deadline);
  if (!offset) co_return offset.error();
  seek(queue, *offset);
  co_return result<void>();
}

void pull_consumer::state::deliver(received_message&& what) {
  if (on_message) {
    try {
      on_message(std::move(what));
    } catch (const std::exception& thrown) {
      core->log().error("the sink of a pull consumer threw", {{"group", options.group}, {"error", thrown.what()}});
    }
    return;
  }
  buffered_bytes_ += weight(what);
  buffer_.push_back(std::move(what));
  arrived_.notify_one();
}

io::task<result<pull_consumer::state::messages>> pull_consumer::state::poll(steady_time deadline, std::size_t at_most) {
  const auto self = shared_from_this();
  if (!options_checked) co_return options_checked.error();
  while (buffer_.empty() && !stopped && core->running() && core->time().steady_now() < deadline)
    co_await arrived_.wait_until(deadline);
  if (stopped || !core->running())
    co_return fail(errc::stopped, fmt::format("the pull consumer of group {} is stopped", options.group));
  messages out;
  while (!buffer_.empty() && out.size() < at_most) {
    buffered_bytes_ -= weight(buffer_.front());
    out.push_back(std::move(buffer_.front()));
    buffer_.pop_front();
  }
  room_.notify_all();
  if (!buffer_.empty()) arrived_.notify_one();  // another poller may go on
  co_return out;
}

void pull_consumer::state::give_back(messages taken) {
  for (auto at = taken.rbegin(); at != taken.rend() && !stopped; ++at) {
    // A queue that was sought elsewhere meanwhile brings them again if they are wanted.
    const auto reading = readers_.find(at->queue);
    if (reading == readers_.end() || at->queue_offset >= reading->second->next_offset) continue;
    buffered_bytes_ += weight(*at);
    buffer_.push_front(std::move(*at));
  }
  if (!buffer_.empty()) arrived_.notify_one();
}

io::task<void> pull_consumer::state::wait_for_room() {
  const auto full = [this] {
    return buffer_.size() >= options.max_buffered_messages || buffered_bytes_ >= options.max_buffered_bytes;
  };
  while (full() && !stopped && core->running()) {
    co_await room_.wait_until(core->time().steady_now() + std::chrono::seconds(1));
  }
}

void pull_consumer::state::stop() {
  if (stopped.exchange(true)) return;
  for (const auto& [queue, held] : readers_) retire(*held);
  readers_.clear();
  queues_ = 0;
  subscriptions_.clear();
  buffer_.clear();
  buffered_bytes_ = 0;
  arrived_.notify_all();
  room_.notify_all();
}

}  // namespace parley::rocketmq
