// Every way that a send can end, against brokers that do as they are told.
#include "unit/rocketmq/scripted/peer.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/requests/send.hpp>
#include <parley/rocketmq/producer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

namespace parley {
namespace {

using namespace rocketmq;
using scripted::peer;
using scripted::reply;
using testing::HasSubstr;
namespace request = remoting::request_code;
constexpr auto send_code = request::send_message_v2;
constexpr milliseconds long_enough{30'000};

// A NameServer, two brokers, a started client.
class scripted_producer : public testing::Test {
 protected:
  void start(std::vector<scripted::routed_broker> brokers, producer_options options = {.group = "g"}) {
    scripted::serve_routes(names, {{"t", scripted::route_reply(brokers)}});
    owner = std::make_unique<client>(client_options{.name_servers = names.address().to_string(), .request_timeout = long_enough});
    ASSERT_TRUE(owner->start());
    options.send_timeout = long_enough;
    sender.emplace(*owner, options);
  }
  send_outcome send() { return sender->send({.topic = "t", .body = "x"}); }
  /// For sends that end by their time-out: the blocking form would, by design, not wait for a client's thread that is late then.
  static send_outcome send_patiently(producer& by, milliseconds timeout) {
    const auto done = std::make_shared<std::promise<send_outcome>>();
    by.send({.topic = "t", .body = "x"}, {.timeout = timeout}, [done](send_outcome outcome) { done->set_value(std::move(outcome)); });
    return done->get_future().get();
  }
  static std::string unique_key(const remoting::command& sent) {
    return std::string(remoting::decode_properties(sent.fields.text("i")).text("UNIQ_KEY"));
  }

  peer names;
  peer a;
  peer b;
  std::unique_ptr<client> owner;
  std::optional<producer> sender;
};

TEST_F(scripted_producer, is_stored_with_each_code_that_says_so) {
  start({{"a", a.address()}});
  const std::map<std::int32_t, store_detail> details{
      {0, store_detail::ok}, {10, store_detail::flush_disk_timeout}, {11, store_detail::slave_not_available}, {12, store_detail::flush_slave_timeout}};
  for (const auto& [code, detail] : details) {
    a.on(send_code, [said = code](const remoting::command&) { return scripted::stored_reply(41, said); });
    const auto sent = send();
    EXPECT_EQ(sent.status, send_status::stored) << code;
    EXPECT_EQ(sent.detail, detail) << code;
    EXPECT_EQ(sent.queue_offset, 41);
    EXPECT_EQ(sent.attempts, 1);
  }
  EXPECT_EQ(a.asked(send_code), details.size());
}

TEST_F(scripted_producer, is_rejected_at_once_by_a_refusal_for_good) {
  start({{"a", a.address()}, {"b", b.address()}});
  for (auto* broker : {&a, &b}) {
    broker->on(send_code, [](const remoting::command&) { return reply::code(13, "too big"); });
  }
  const auto sent = send();
  EXPECT_EQ(sent.status, send_status::rejected);
  EXPECT_EQ(sent.attempts, 1);
  EXPECT_EQ(sent.cause.remote_code, 13);
  EXPECT_EQ(sent.cause.code, errc::too_large);
  EXPECT_THAT(sent.cause.message, HasSubstr("too big"));
  EXPECT_EQ(a.asked(send_code) + b.asked(send_code), 1U);
}

TEST_F(scripted_producer, tries_another_broker_with_the_same_key_after_each_refusal_that_may_pass) {
  start({{"a", a.address()}, {"b", b.address()}});
  for (const auto code : {1, 2, 14, 16, 17, 204, 205, 1500}) {
    std::vector<std::string> keys;
    std::mutex mutex;
    auto refuse_first = [&](const remoting::command& sent) {
      const std::lock_guard lock(mutex);
      keys.push_back(unique_key(sent));
      return keys.size() == 1 ? reply::code(code, "later") : scripted::stored_reply();
    };
    a.on(send_code, refuse_first);
    b.on(send_code, refuse_first);
    const auto before_a = a.asked(send_code);
    const auto before_b = b.asked(send_code);
    const auto sent = send();
    EXPECT_EQ(sent.status, send_status::stored) << code << ' ' << sent.cause.message;
    EXPECT_EQ(sent.attempts, 2) << code;
    EXPECT_EQ(a.asked(send_code) - before_a, 1U) << code;
    EXPECT_EQ(b.asked(send_code) - before_b, 1U) << code;
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0], keys[1]);
    EXPECT_EQ(keys[0], sent.message_id);
  }
}

TEST_F(scripted_producer, is_rejected_when_every_attempt_was_refused) {
  start({{"a", a.address()}}, {.group = "g", .retries = 3});
  a.on(send_code, [](const remoting::command&) { return reply::code(2, "busy"); });
  const auto sent = send();
  EXPECT_EQ(sent.status, send_status::rejected);
  EXPECT_EQ(sent.attempts, 4);
  EXPECT_EQ(sent.cause.remote_code, 2);
}

TEST_F(scripted_producer, is_unknown_when_the_only_broker_does_not_answer) {
  start({{"a", a.address()}});
  a.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  ASSERT_TRUE(send().stored());  // so that route and connection are there and all the time is the attempt's
  a.on(send_code, [](const remoting::command&) { return reply::silence(); });
  const auto sent = send_patiently(*sender, milliseconds{3000});
  EXPECT_EQ(sent.status, send_status::unknown);
  EXPECT_EQ(sent.attempts, 1);
  EXPECT_EQ(sent.cause.code, errc::timed_out);
}

TEST_F(scripted_producer, does_not_spend_its_whole_time_on_a_silent_broker_when_there_is_another) {
  start({{"a", a.address()}, {"b", b.address()}});
  a.on(send_code, [](const remoting::command&) { return reply::silence(); });
  b.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  for (int i = 0; i < 2; ++i) {  // one of the two begins at the silent one
    const auto sent = sender->send({.topic = "t", .body = "x"}, {.timeout = milliseconds{15'000}});
    EXPECT_EQ(sent.status, send_status::stored) << sent.cause.message;
    EXPECT_EQ(sent.queue.broker_name, "b");
  }
  EXPECT_EQ(a.asked(send_code), 1U);
}

TEST_F(scripted_producer, stays_unknown_when_a_refusal_follows_an_attempt_without_answer) {
  start({{"a", a.address()}});
  std::atomic<int> attempts{0};
  a.on(send_code, [&](const remoting::command&) { return ++attempts == 1 ? reply::hang_up() : reply::code(13, "no"); });
  const auto sent = send();
  EXPECT_EQ(sent.status, send_status::unknown);
  EXPECT_EQ(sent.attempts, 2);
  EXPECT_EQ(sent.cause.remote_code, 13);
}

TEST_F(scripted_producer, is_stored_by_a_later_attempt_after_one_without_answer) {
  start({{"a", a.address()}});
  std::atomic<int> attempts{0};
  a.on(send_code, [&](const remoting::command&) { return ++attempts == 1 ? reply::hang_up() : scripted::stored_reply(); });
  const auto sent = send();
  EXPECT_EQ(sent.status, send_status::stored);
  const auto seen = a.requests(send_code);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(unique_key(seen[0]), unique_key(seen[1]));
}

TEST_F(scripted_producer, is_rejected_when_no_byte_left_and_says_who_advertised_the_address) {
  const scripted::dead_address nowhere;
  start({{"a", nowhere.get()}});
  const auto sent = send_patiently(*sender, milliseconds{3000});
  EXPECT_EQ(sent.status, send_status::rejected);
  EXPECT_THAT(sent.cause.message, HasSubstr("a is at " + nowhere.to_string()));
  EXPECT_THAT(sent.cause.message, HasSubstr("brokerIP1"));
}

TEST_F(scripted_producer, goes_to_another_broker_when_one_cannot_be_reached) {
  const scripted::dead_address nowhere;
  start({{"a", nowhere.get()}, {"b", b.address()}});
  b.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  for (int i = 0; i < 6; ++i) EXPECT_EQ(send().status, send_status::stored);
}

TEST_F(scripted_producer, waits_for_a_broker_that_comes_back_before_the_deadline) {
  const scripted::dead_address address;
  start({{"a", address.get()}});
  std::promise<send_outcome> done;
  sender->send({.topic = "t", .body = "x"}, {}, [&](send_outcome outcome) { done.set_value(std::move(outcome)); });
  ASSERT_TRUE(scripted::eventually([&] { return names.asked(request::get_route_info_by_topic) >= 2; }));  // it was missed
  peer late(address.get().port);
  late.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  EXPECT_EQ(done.get_future().get().status, send_status::stored);
}

TEST_F(scripted_producer, is_rejected_and_names_the_name_server_when_that_is_gone) {
  const scripted::dead_address nowhere;
  client lost({.name_servers = nowhere.to_string(), .request_timeout = milliseconds{1000}});
  ASSERT_TRUE(lost.start());
  producer out(lost, {.group = "g"});
  const auto sent = send_patiently(out, milliseconds{3000});
  EXPECT_EQ(sent.status, send_status::rejected);
  EXPECT_EQ(sent.cause.code, errc::unreachable);
  EXPECT_THAT(sent.cause.message, HasSubstr(nowhere.to_string()));
}

TEST_F(scripted_producer, says_how_to_make_a_topic_that_no_broker_makes_by_itself) {
  start({{"a", a.address()}});
  const auto sent = sender->send({.topic = "absent", .body = "x"});
  EXPECT_EQ(sent.status, send_status::rejected);
  EXPECT_EQ(sent.cause.code, errc::not_found);
  EXPECT_THAT(sent.cause.message, HasSubstr("create_topic"));
}

TEST_F(scripted_producer, has_an_unknown_topic_made_by_a_broker_that_offers_it) {
  start({{"a", a.address()}});
  scripted::serve_routes(names, {{"TBW102", scripted::route_reply({{"a", a.address(), 8}}, 7)}});
  a.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  EXPECT_EQ(sender->send({.topic = "young", .body = "x"}).status, send_status::stored);
  const auto seen = a.requests(send_code);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].fields.text("b"), "young");
  EXPECT_EQ(seen[0].fields.text("c"), "TBW102");
  EXPECT_EQ(seen[0].fields.text("d"), "4");
}

TEST_F(scripted_producer, keeps_sending_over_its_last_good_route_when_the_name_server_says_nonsense) {
  start({{"a", a.address()}});
  a.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  ASSERT_EQ(send().status, send_status::stored);
  reply garbage;
  garbage.answer.body = {'{', 'x'};
  for (const auto& nonsense : {garbage, scripted::route_reply({}), reply::code(17), reply::code(1)}) {
    scripted::serve_routes(names, {{"t", nonsense}});
    a.hang_up_all();
    EXPECT_EQ(send().status, send_status::stored);
  }
}

TEST_F(scripted_producer, follows_a_broker_to_its_new_address) {
  start({{"a", a.address()}}, {.group = "g", .retries = 10});
  a.on(send_code, [](const remoting::command&) { return reply::code(2, "moving"); });
  b.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  ASSERT_EQ(send().status, send_status::rejected);
  scripted::serve_routes(names, {{"t", scripted::route_reply({{"a", b.address()}})}});
  a.on(send_code, [](const remoting::command&) { return reply::code(17, "not here any more"); });
  EXPECT_EQ(send().status, send_status::stored);
}

TEST_F(scripted_producer, rejects_what_passes_its_bound_of_sends_under_way) {
  start({{"a", a.address()}}, {.group = "g", .max_in_flight = 2});
  a.on(send_code, [](const remoting::command&) { return reply::silence(); });
  std::atomic<int> ended{0};
  for (int i = 0; i < 2; ++i)
    sender->send({.topic = "t", .body = "x"}, {.timeout = milliseconds{60'000}}, [&](send_outcome) { ++ended; });
  const auto third = send();
  EXPECT_EQ(third.status, send_status::rejected);
  EXPECT_EQ(third.cause.code, errc::overloaded);
  a.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  // Their answers will not come: each is sent anew over another connection. Looked at until they have ended, since one that has
  // not left yet is not ended by that.
  ASSERT_TRUE(scripted::eventually([&] {
    a.hang_up_all();
    return ended == 2;
  }));
  EXPECT_TRUE(send().stored());
}

TEST_F(scripted_producer, waits_for_sends_under_way_when_it_stops) {
  start({{"a", a.address()}});
  a.on(send_code, [](const remoting::command&) { return reply::silence(); });
  std::atomic<bool> ended{false};
  sender->send({.topic = "t", .body = "x"}, {.timeout = milliseconds{400}}, [&](send_outcome) { ended = true; });
  EXPECT_TRUE(sender->stop(long_enough));
  EXPECT_TRUE(ended);
  EXPECT_EQ(send().cause.code, errc::stopped);
}

TEST_F(scripted_producer, tells_brokers_of_its_group_and_takes_it_back) {
  start({{"a", a.address()}});
  a.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  a.on(request::heart_beat, [](const remoting::command&) { return reply::code(0); });
  a.on(request::unregister_client, [](const remoting::command&) { return reply::code(0); });
  ASSERT_TRUE(send().stored());
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) > 0; }));
  EXPECT_THAT(std::string(as_text(a.requests(request::heart_beat).back().body)), HasSubstr(R"("groupName":"g")"));
  EXPECT_TRUE(sender->stop());
  const auto left = a.requests(request::unregister_client);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].fields.text("producerGroup"), "g");
  EXPECT_EQ(left[0].fields.text("clientID"), owner->client_id());
}

TEST_F(scripted_producer, completes_every_send_once_when_its_client_stops_under_it) {
  start({{"a", a.address()}});
  a.on(send_code, [](const remoting::command&) { return reply::silence(); });
  std::atomic<int> unknown{0};
  std::atomic<int> others{0};
  for (int i = 0; i < 50; ++i) {
    sender->send({.topic = "t", .body = "x"}, {.timeout = milliseconds{60'000}},
                 [&](send_outcome outcome) { ++(outcome.status == send_status::unknown ? unknown : others); });
  }
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(send_code) == 50; }));
  EXPECT_FALSE(owner->stop(milliseconds{100}));  // at its deadline with sends under way
  EXPECT_EQ(unknown, 50);
  EXPECT_EQ(others, 0);
}

TEST_F(scripted_producer, may_go_before_or_after_its_client) {
  start({{"a", a.address()}});
  a.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  std::atomic<int> ended{0};
  for (int i = 0; i < 10; ++i) sender->send({.topic = "t", .body = "x"}, {}, [&](send_outcome) { ++ended; });
  sender.reset();
  ASSERT_TRUE(scripted::eventually([&] { return ended == 10; }));
  producer survivor(*owner, {.group = "h"});
  owner.reset();
  EXPECT_EQ(survivor.send({.topic = "t", .body = "x"}).cause.code, errc::stopped);
  EXPECT_TRUE(survivor.stop());
}

TEST_F(scripted_producer, compresses_large_bodies_and_says_so) {
  start({{"a", a.address()}});
  a.on(send_code, [](const remoting::command&) { return scripted::stored_reply(); });
  ASSERT_TRUE(sender->send({.topic = "t", .body = std::string(4095, 'x')}).stored());
  ASSERT_TRUE(sender->send({.topic = "t", .body = std::string(4096, 'x')}).stored());
  const auto seen = a.requests(send_code);
  EXPECT_EQ(seen.at(0).fields.text("f"), "0");
  EXPECT_EQ(seen.at(0).body.size(), 4095U);
  EXPECT_EQ(seen.at(1).fields.int32("f"), 0x301);
  EXPECT_LT(seen.at(1).body.size(), 100U);
}

}  // namespace
}  // namespace parley
