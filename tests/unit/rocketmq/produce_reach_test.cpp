// Whether a producer would find a broker, against brokers that do as they are told.
#include "unit/rocketmq/scripted/peer.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/offset.hpp>
#include <parley/remoting/codec/requests/send.hpp>
#include <parley/rocketmq/producer.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace parley {
namespace {

using namespace rocketmq;
using scripted::peer;
using scripted::reply;
namespace request = remoting::request_code;

class scripted_reach : public testing::Test {
 protected:
  void start(const std::vector<scripted::routed_broker>& brokers) {
    scripted::serve_routes(names, {{"t", scripted::route_reply(brokers)}});
    owner = std::make_unique<client>(
        client_options{.name_servers = names.address().to_string(), .request_timeout = milliseconds{1000}});
    ASSERT_TRUE(owner->start());
    sender.emplace(*owner, producer_options{.group = "g"});
  }
  result<void> reach(std::string topic = "t", milliseconds patience = milliseconds{300}) {
    context.restart();
    auto found = boost::asio::co_spawn(context, sender->async_reach(std::move(topic), patience), boost::asio::use_future);
    context.run();
    return found.get();
  }
  static void answers(peer& broker, std::int32_t code) {
    broker.on(request::get_max_offset, [code](const remoting::command&) { return reply::code(code, "said so"); });
  }

  boost::asio::io_context context{1};  // outlives the client, which posts to it
  peer names;
  peer a;
  peer b;
  std::unique_ptr<client> owner;
  std::optional<producer> sender;
};

TEST_F(scripted_reach, finds_a_broker_that_answers_and_sends_nothing) {
  start({{"a", a.address()}});
  answers(a, 0);
  EXPECT_TRUE(reach());
  EXPECT_EQ(a.asked(request::send_message_v2), 0U);
}

TEST_F(scripted_reach, is_content_with_one_of_several) {
  start({{"a", a.address()}, {"b", b.address()}});
  answers(a, 1);
  answers(b, 0);
  EXPECT_TRUE(reach());
}

TEST_F(scripted_reach, tells_what_a_broker_said_that_refuses) {
  start({{"a", a.address()}});
  answers(a, 1);
  const auto found = reach();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().remote_code, 1);
}

TEST_F(scripted_reach, does_not_wait_longer_than_it_may_for_a_silent_broker) {
  start({{"a", a.address()}});
  a.on(request::get_max_offset, [](const remoting::command&) { return reply::silence(); });
  const auto found = reach();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::timed_out);
}

TEST_F(scripted_reach, of_a_topic_without_route_is_an_error) {
  start({{"a", a.address()}});
  const auto found = reach("nowhere");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::not_found);
}

TEST_F(scripted_reach, is_counted_as_no_send) {
  start({{"a", a.address()}});
  answers(a, 0);
  ASSERT_TRUE(reach());
  a.on(request::send_message_v2, [](const remoting::command&) { return scripted::stored_reply(1, 0); });
  EXPECT_TRUE(sender->send({.topic = "t", .body = "x"}).stored());
  a.on(request::send_message_v2, [](const remoting::command&) { return reply::code(13, "no"); });
  EXPECT_FALSE(sender->send({.topic = "t", .body = "x"}).stored());
  const auto stats = sender->stats();
  EXPECT_EQ(stats.stored, 1U);
  EXPECT_EQ(stats.rejected, 1U);
  EXPECT_EQ(stats.unknown, 0U);
  EXPECT_EQ(stats.in_flight, 0U);
}

}  // namespace
}  // namespace parley
