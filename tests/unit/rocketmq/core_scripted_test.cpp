// The core against scripted NameServers and brokers: who is asked, how often, and who is told of the client's groups.
#include "unit/io/run.hpp"
#include "unit/rocketmq/scripted/peer.hpp"

#include "core/client_core.hpp"
#include "core/heartbeat.hpp"
#include "core/run_on_core.hpp"

#include <parley/remoting/codec/bodies/heartbeat.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/producer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley {
namespace {

using namespace rocketmq;
using scripted::peer;
using scripted::reply;
using testing::HasSubstr;
namespace request = remoting::request_code;
constexpr milliseconds long_enough{20'000};

// A group that counts what is asked of it.
class counting_member final : public core::group_member {
 public:
  [[nodiscard]] const std::string& group() const noexcept override { return group_; }
  void describe(core::heartbeat_entries& out) const override { out.consumers.push_back({.group = group_}); }
  [[nodiscard]] std::vector<std::string> topics() const override { return {"t"}; }
  void rebalance_soon() override { ++rebalances; }
  std::optional<remoting::command> on_broker_request(const remoting::command& asked) override {
    ++questions;
    return remoting::respond_to(asked, 0, "told");
  }
  io::task<result<void>> stop(steady_time) override {
    ++stops;
    co_return result<void>();
  }

  std::atomic<int> rebalances{0};
  std::atomic<int> questions{0};
  std::atomic<int> stops{0};

 private:
  std::string group_{"cg"};
};

class scripted_core : public testing::Test {
 protected:
  void start(client_options options = {}) {
    if (options.name_servers.empty()) options.name_servers = names.address().to_string();
    owner = std::make_unique<client>(std::move(options));
    ASSERT_TRUE(owner->start());
  }
  void serve(peer& broker) {
    broker.on(request::heart_beat, [](const remoting::command&) { return reply::code(0); });
    broker.on(request::unregister_client, [](const remoting::command&) { return reply::code(0); });
    scripted::serve_routes(names, {{"t", scripted::route_reply({{"a", broker.address()}})}});
  }
  result<topic_route> route() { return admin(*owner).route("t", long_enough); }
  std::shared_ptr<counting_member> join() {
    auto member = std::make_shared<counting_member>();
    owner->internals()->post([core = owner->internals(), member] { core->register_member(member); });
    return member;
  }
  /// Waits until the broker has been told of the groups that there are.
  result<void> registered() {
    const auto core = owner->internals();
    auto ensure = [core, to = a.address()] { return core->ensure_registered(to, core->time().steady_now() + long_enough); };
    return core::run_blocking<result<void>>(core, core->time().steady_now() + long_enough, ensure);
  }
  /// Takes the group of join() back; returns when that has begun.
  void leave(milliseconds patience = long_enough) {
    const auto core = owner->internals();
    auto begin = [core, patience]() -> io::task<result<void>> {
      core->spawn(core->unregister_member("cg", core->time().steady_now() + patience));
      co_await io::settle();
      co_return result<void>();
    };
    EXPECT_TRUE(core::run_blocking<result<void>>(core, core->time().steady_now() + long_enough, begin));
  }

  peer names;
  peer a;
  std::unique_ptr<client> owner;
};

TEST_F(scripted_core, asks_another_name_server_when_one_is_gone_and_stays_with_it) {
  serve(a);
  const scripted::dead_address gone;
  start({.name_servers = gone.to_string() + ";" + names.address().to_string()});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(route());
}

TEST_F(scripted_core, passes_over_a_name_server_that_is_silent_or_busy) {
  serve(a);
  peer silent;
  silent.on(request::get_route_info_by_topic, [](const remoting::command&) { return reply::silence(); });
  peer busy;
  busy.on(request::get_route_info_by_topic, [](const remoting::command&) { return reply::code(2, "busy"); });
  start({.name_servers = silent.address().to_string() + ";" + busy.address().to_string() + ";" + names.address().to_string(),
         .request_timeout = milliseconds{6000}});
  ASSERT_TRUE(route());
  const auto asked = silent.asked(request::get_route_info_by_topic) + busy.asked(request::get_route_info_by_topic);
  ASSERT_TRUE(admin(*owner).topics(long_enough).has_error());  // no script for it; but the favourite was asked
  EXPECT_EQ(silent.asked(request::get_route_info_by_topic) + busy.asked(request::get_route_info_by_topic), asked);
}

TEST_F(scripted_core, asks_once_for_many_who_want_the_same_route) {
  serve(a);
  start();
  producer out(*owner, {.group = "g", .send_timeout = long_enough});
  a.on(request::send_message_v2, [](const remoting::command&) { return scripted::stored_reply(); });
  std::atomic<int> stored{0};
  for (int i = 0; i < 100; ++i) {
    out.send({.topic = "t", .body = "x"}, {}, [&](const send_outcome& outcome) { stored += outcome.stored() ? 1 : 0; });
  }
  ASSERT_TRUE(scripted::eventually([&] { return stored == 100; }));
  EXPECT_EQ(names.asked(request::get_route_info_by_topic), 1U);
}

TEST_F(scripted_core, refreshes_routes_periodically_and_tells_members_of_a_change) {
  serve(a);
  start({.name_servers = names.address().to_string(), .route_refresh_period = milliseconds{50}});
  const auto member = join();
  ASSERT_TRUE(scripted::eventually([&] { return member->rebalances == 1; }));
  ASSERT_TRUE(scripted::eventually([&] { return names.asked(request::get_route_info_by_topic) > 3; }));
  EXPECT_EQ(member->rebalances, 1);  // the same route is no news
  scripted::serve_routes(names, {{"t", scripted::route_reply({{"a", a.address(), 5}})}});
  EXPECT_TRUE(scripted::eventually([&] { return member->rebalances == 2; }));
}

TEST_F(scripted_core, tells_a_broker_of_its_groups_again_as_soon_as_the_connection_is_made_anew) {
  serve(a);
  start();
  ASSERT_TRUE(route());
  const auto member = join();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) >= 1; }));
  const auto before = a.asked(request::heart_beat);
  a.hang_up_all();
  EXPECT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) > before; }));
  const auto body = remoting::heartbeat::decode(a.requests(request::heart_beat).back().body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->client_id, owner->client_id());
  ASSERT_EQ(body->consumers.size(), 1U);
  EXPECT_EQ(body->consumers[0].group, "cg");
}

TEST_F(scripted_core, has_a_broker_told_before_it_says_that_it_is_registered) {
  serve(a);
  start();
  ASSERT_TRUE(route());
  const auto member = join();
  EXPECT_TRUE(registered());
  EXPECT_GE(a.asked(request::heart_beat), 1U);
  a.on(request::heart_beat, [](const remoting::command&) { return reply::silence(); });
  EXPECT_TRUE(registered()) << "once is enough";
}

TEST_F(scripted_core, hands_a_brokers_requests_to_the_group_that_they_are_for) {
  serve(a);
  start();
  ASSERT_TRUE(route());
  const auto member = join();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) >= 1; }));
  const auto before = member->rebalances.load();
  remoting::command changed{.code = request::notify_consumer_ids_changed};
  changed.fields.set("consumerGroup", "cg");
  a.tell_all(changed);
  EXPECT_TRUE(scripted::eventually([&] { return member->rebalances > before; }));
  remoting::command other{.code = request::get_consumer_running_info};
  other.fields.set("consumerGroup", "somebody_else");
  a.tell_all(other);
  a.tell_all(remoting::command{.code = 4711});
  other.fields.set("consumerGroup", "cg");
  a.tell_all(other);
  EXPECT_TRUE(scripted::eventually([&] { return member->questions == 1; }));
}

TEST_F(scripted_core, stops_its_members_and_takes_their_groups_back) {
  serve(a);
  start();
  ASSERT_TRUE(route());
  const auto member = join();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) >= 1; }));
  EXPECT_TRUE(owner->stop());
  EXPECT_TRUE(owner->stop());
  EXPECT_EQ(member->stops, 1);
  const auto left = a.requests(request::unregister_client);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].fields.text("consumerGroup"), "cg");
  const auto again = owner->start();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::stopped);
}

TEST_F(scripted_core, says_farewell_after_the_heartbeat_that_a_silent_connection_is_asked_with) {
  serve(a);
  const auto held = std::make_shared<std::atomic<bool>>(false);  // the peer outlives this test's body
  a.on(request::heart_beat, [held](const remoting::command&) { return *held ? reply::later(reply::code(0)) : reply::code(0); });
  a.on(request::send_message_v2, [](const remoting::command&) { return reply::silence(); });
  start();
  ASSERT_TRUE(route());
  const auto member = join();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) >= 1; }));
  producer out(*owner, {.group = "g", .retries = 0});
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) >= 3; })) << "the first of the period too";
  *held = true;
  const auto before = a.asked(request::heart_beat);
  const auto owe_an_answer = [&out] { out.send({.topic = "t", .body = "x"}, {.timeout = long_enough}, [](const send_outcome&) {}); };
  owe_an_answer();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) > before; }));
  leave();
  owe_an_answer();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::send_message_v2) == 2; }));
  EXPECT_EQ(a.asked(request::unregister_client), 0U) << "the broker may take the heartbeat after it";
  a.answer_held();
  EXPECT_TRUE(scripted::eventually([&] { return a.asked(request::unregister_client) == 1; }));
}

TEST_F(scripted_core, says_farewell_also_to_a_broker_that_answers_no_heartbeat) {
  serve(a);
  a.on(request::heart_beat, [](const remoting::command&) { return reply::silence(); });
  start();
  ASSERT_TRUE(route());
  const auto member = join();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) >= 1; }));
  leave(milliseconds{300});
  EXPECT_TRUE(scripted::eventually([&] { return a.asked(request::unregister_client) == 1; }));
}

TEST_F(scripted_core, says_no_late_farewell_for_a_group_that_is_there_again) {
  serve(a);
  a.on(request::heart_beat, [](const remoting::command&) { return reply::later(reply::code(0)); });
  start();
  ASSERT_TRUE(route());
  const auto member = join();
  ASSERT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) >= 1; }));
  leave();
  const auto again = join();
  a.on(request::heart_beat, [](const remoting::command&) { return reply::code(0); });
  a.answer_held();
  ASSERT_TRUE(registered());
  ASSERT_TRUE(owner->stop());
  EXPECT_EQ(a.asked(request::unregister_client), 1U) << "that of the stop";
}

TEST_F(scripted_core, says_what_is_wrong_with_its_options) {
  client nowhere({.name_servers = "nonsense"});
  const auto started = nowhere.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("name_servers"));
  client hasty({.name_servers = "h:1", .request_timeout = milliseconds{0}});
  EXPECT_EQ(hasty.start().error().code, errc::invalid_argument);
}

TEST_F(scripted_core, dials_the_address_that_the_callers_map_gives) {
  a.on(request::send_message_v2, [](const remoting::command&) { return scripted::stored_reply(); });
  const endpoint advertised{.host = "broker.invalid", .port = 1};
  scripted::serve_routes(names, {{"t", scripted::route_reply({{"a", advertised}})}});
  client_options options{.name_servers = names.address().to_string()};
  options.address_map = [&, to = a.address()](const endpoint& from) { return from == advertised ? to : from; };
  start(options);
  producer out(*owner, {.group = "g", .send_timeout = long_enough});
  EXPECT_TRUE(out.send({.topic = "t", .body = "x"}).stored());
}

TEST_F(scripted_core, counts_each_request_and_each_time_out_though_its_connection_is_lost) {
  serve(a);
  const auto silent = std::make_shared<std::atomic<bool>>(false);  // the peer outlives this test's body
  a.on(request::send_message_v2, [silent](const remoting::command&) { return *silent ? reply::silence() : scripted::stored_reply(); });
  start({.name_servers = names.address().to_string(), .heartbeat_period = milliseconds{60'000}});
  producer out(*owner, {.group = "g", .send_timeout = long_enough, .retries = 0});
  ASSERT_TRUE(out.send({.topic = "t", .body = "x"}).stored());
  const auto asked = [this] {
    return names.asked(request::get_route_info_by_topic) + a.asked(request::heart_beat) + a.asked(request::send_message_v2);
  };
  EXPECT_TRUE(scripted::eventually([&] { return owner->stats().requests == asked(); })) << owner->stats().requests << " of " << asked();
  EXPECT_EQ(owner->stats().connections, 2U);
  *silent = true;
  EXPECT_EQ(out.send({.topic = "t", .body = "x"}, {.timeout = milliseconds{50}}).status, send_status::unknown);
  a.hang_up_all();
  EXPECT_TRUE(scripted::eventually([&] { return a.asked(request::heart_beat) > 1; })) << "the connection is made anew";
  EXPECT_EQ(owner->stats().timed_out, 1U);
}

TEST_F(scripted_core, closes_a_connection_that_owes_answers_and_has_gone_silent) {
  serve(a);
  const auto dead = std::make_shared<std::atomic<bool>>(false);  // the peer outlives this test's body
  a.on(request::heart_beat, [dead](const remoting::command&) { return *dead ? reply::silence() : reply::code(0); });
  a.on(request::send_message_v2, [dead](const remoting::command&) { return *dead ? reply::silence() : scripted::stored_reply(); });
  start();
  producer out(*owner, {.group = "g", .send_timeout = long_enough, .retries = 0});
  ASSERT_TRUE(out.send({.topic = "t", .body = "x"}).stored());
  *dead = true;
  const auto began = std::chrono::steady_clock::now();
  const auto held = out.send({.topic = "t", .body = "x"}, {.timeout = milliseconds{60'000}});  // is cut off long before
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(45));
  EXPECT_EQ(held.status, send_status::unknown);
}

}  // namespace
}  // namespace parley
