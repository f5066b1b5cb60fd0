// One scripted peer that is NameServer and broker of one topic with one queue, as a push consumer meets it.
#pragma once

#include "unit/rocketmq/scripted/peer.hpp"

#include <parley/remoting/codec/bodies/heartbeat.hpp>
#include <parley/remoting/codec/bodies/lists.hpp>
#include <parley/remoting/codec/bodies/lock.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/requests/offset.hpp>
#include <parley/remoting/codec/requests/pull.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <gtest/gtest.h>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace parley::scripted {

/// Keeps log lines.
class log_record final : public log_sink {
 public:
  [[nodiscard]] bool enabled(log_level) const noexcept override { return true; }
  void write(log_level, std::string_view text, std::span<const log_field>) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(text);
  }
  [[nodiscard]] bool has(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    for (const auto& line : lines_) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

inline bytes stored_bytes(std::int64_t offset, const std::string& body) {
  remoting::stored_message message{.topic = "t", .queue_id = 0};
  message.queue_offset = offset;
  message.physical_offset = 1000 + offset;
  message.store_host.address = {127, 0, 0, 1};
  message.born_host.address = {127, 0, 0, 1};
  message.body.assign(body.begin(), body.end());
  message.properties.set("UNIQ_KEY", "KEY" + std::to_string(offset));
  bytes out;
  remoting::encode_message(message, out).value();
  return out;
}

inline reply offset_reply(std::int64_t offset) {
  reply out;
  remoting::offset_response{offset}.write(out.answer.fields);
  return out;
}

inline reply pull_reply(std::int32_t code, std::int64_t next, std::int64_t most, bytes body = {}) {
  auto out = reply::code(code);
  remoting::pull_response{.suggested_broker_id = 0, .next_begin_offset = next, .min_offset = 0, .max_offset = most}.write(
      out.answer.fields);
  out.answer.body = std::move(body);
  return out;
}

/// Messages wait at offsets 0 … ; a pull behind the last one is held for ever. Everything else answers as a healthy broker.
class scripted_group : public testing::Test {
 protected:
  scripted_group() {
    serve_routes(broker, {{"t", route_reply({{"a", broker.address()}})}});
    serve_group(broker);
    options.group = "g";
    options.subscriptions["t"] = {};
    options.commit_period = milliseconds{20};
  }

  /// Has that peer do all that a broker does for the group.
  void serve_group(peer& on) {
    namespace code = remoting::request_code;
    on.on(code::heart_beat, [this](const remoting::command& request) {
      const auto body = remoting::heartbeat::decode(request.body);
      const std::lock_guard lock(mutex);
      if (body) client_id = body->client_id;
      return reply::code(0);
    });
    on.on(code::get_consumer_list_by_group, [this](const remoting::command&) {
      const std::lock_guard lock(mutex);
      reply out;
      remoting::consumer_list list{.client_ids = others_listed};
      for (int i = 0; i < times_listed; ++i) list.client_ids.push_back(client_id);
      out.answer.body = list.encode().value();
      return out;
    });
    on.on(code::query_consumer_offset, [](const remoting::command&) { return offset_reply(0); });
    on.on(code::get_max_offset, [](const remoting::command&) { return offset_reply(7); });
    on.on(code::get_min_offset, [](const remoting::command&) { return offset_reply(0); });
    for (const auto quiet :
         {code::update_consumer_offset, code::unregister_client, code::consumer_send_msg_back, code::unlock_batch_mq}) {
      on.on(quiet, [](const remoting::command&) { return reply::code(0); });
    }
    on.on(code::lock_batch_mq, [](const remoting::command& request) { return grant(request); });
    on.on(code::pull_message, [this](const remoting::command& request) { return healthy_pull(request); });
  }

  static reply grant(const remoting::command& request) {
    reply out;
    remoting::lock_response granted{.locked = remoting::lock_request::decode(request.body).value().queues};
    out.answer.body = granted.encode().value();
    return out;
  }
  static reply refuse_locks() {
    reply out;
    out.answer.body = remoting::lock_response{}.encode().value();
    return out;
  }
  reply healthy_pull(const remoting::command& request) {
    const auto pull = remoting::pull_request::read(request.fields).value();
    const std::lock_guard lock(mutex);
    const auto most = static_cast<std::int64_t>(log.size());
    if (pull.queue_offset >= most) return reply::silence();
    bytes body;
    for (auto at = pull.queue_offset; at < most; ++at) {
      const auto one = stored_bytes(at, log[static_cast<std::size_t>(at)]);
      body.insert(body.end(), one.begin(), one.end());
    }
    return pull_reply(0, most, most, std::move(body));
  }

  void start() {
    owner.emplace(rocketmq::client_options{
        .name_servers = broker.address().to_string(), .request_timeout = request_timeout, .log = logger(lines)});
    ASSERT_TRUE(owner->start());
    consumer.emplace(*owner, options, [this](const rocketmq::received_message& message) {
      const std::lock_guard lock(mutex);
      handled.push_back(message);
      return failing.contains(message.body) ? rocketmq::consume_verdict::retry_later : rocketmq::consume_verdict::done;
    });
    ASSERT_TRUE(consumer->start());
  }
  /// A notice that the group's members have changed: it makes the consumer ask who they are.
  void tell_of_members() {
    remoting::command notice{.code = remoting::request_code::notify_consumer_ids_changed};
    notice.fields.set("consumerGroup", "g");
    broker.tell_all(notice);
  }
  /// The same, and waits until it has asked so many times more.
  [[nodiscard]] bool rebalances_again(int times = 1) {
    for (int i = 0; i < times; ++i) {
      const auto asked = broker.asked(remoting::request_code::get_consumer_list_by_group);
      tell_of_members();
      if (!eventually([&] { return broker.asked(remoting::request_code::get_consumer_list_by_group) > asked; })) return false;
    }
    return true;
  }
  /// From the next rebalance on another member has a share: one whose id comes first has the only queue.
  void list_another(const std::string& id = " ") {
    const std::lock_guard lock(mutex);
    others_listed = {id};
  }
  [[nodiscard]] std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> out;
    for (const auto& one : handled) out.push_back(one.body);
    return out;
  }
  [[nodiscard]] std::optional<rocketmq::queue_progress> progress() const {
    const auto all = consumer->progress();
    return all.empty() ? std::nullopt : std::optional(all.front());
  }
  [[nodiscard]] std::vector<std::int64_t> pulled_offsets() const {
    return values(remoting::request_code::pull_message, "queueOffset");
  }
  [[nodiscard]] std::vector<std::int64_t> committed_offsets() const {
    return values(remoting::request_code::update_consumer_offset, "commitOffset");
  }
  [[nodiscard]] std::vector<std::int64_t> values(std::int32_t code, std::string_view field) const {
    std::vector<std::int64_t> out;
    for (const auto& one : broker.requests(code)) out.push_back(one.fields.int64(field).value_or(-1));
    return out;
  }

  std::mutex mutex;
  std::string client_id;
  int times_listed{1};
  std::vector<std::string> others_listed;
  std::vector<std::string> log;
  std::set<std::string> failing;
  std::vector<rocketmq::received_message> handled;
  std::shared_ptr<log_record> lines{std::make_shared<log_record>()};
  rocketmq::push_consumer_options options;
  milliseconds request_timeout{1000};
  peer broker;
  std::optional<rocketmq::client> owner;
  std::optional<rocketmq::push_consumer> consumer;
};

}  // namespace parley::scripted
