// Whether a group may read a topic, against brokers that do as they are told.
#include "unit/rocketmq/scripted/peer.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/offset.hpp>
#include <parley/remoting/codec/requests/pull.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

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
namespace response = remoting::response_code;

class scripted_pull_reach : public testing::Test {
 protected:
  void start(const std::vector<scripted::routed_broker>& brokers) {
    scripted::serve_routes(names, {{"t", scripted::route_reply(brokers)}});
    owner = std::make_unique<client>(
        client_options{.name_servers = names.address().to_string(), .request_timeout = milliseconds{1000}});
    ASSERT_TRUE(owner->start());
    reader.emplace(*owner, pull_consumer_options{.group = "g"});
  }
  result<void> reach(milliseconds patience = milliseconds{10'000}) {
    context.restart();
    auto found = boost::asio::co_spawn(context, reader->async_reach("t", patience), boost::asio::use_future);
    context.run();
    return found.get();
  }
  static void answers(peer& broker, std::int32_t code) {
    broker.on(request::get_max_offset, [](const remoting::command&) {
      reply out = reply::code(0);
      remoting::offset_response{.offset = 10}.write(out.answer.fields);
      return out;
    });
    broker.on(request::pull_message, [code](const remoting::command&) { return reply::code(code, "said so"); });
  }

  boost::asio::io_context context{1};  // outlives the client, which posts to it
  peer names;
  peer a;
  peer b;
  std::unique_ptr<client> owner;
  std::optional<pull_consumer> reader;
};

TEST_F(scripted_pull_reach, asks_each_broker_for_the_end_of_a_queue_and_not_to_hold_the_question) {
  start({{"a", a.address()}, {"b", b.address()}});
  answers(a, response::pull_not_found);
  answers(b, response::pull_retry_immediately);
  EXPECT_TRUE(reach());
  EXPECT_EQ(b.asked(request::pull_message), 1U);
  const auto asked = remoting::pull_request::read(a.requests(request::pull_message).at(0).fields).value();
  EXPECT_EQ(asked.queue_offset, 10);
  EXPECT_EQ(asked.sys_flag, remoting::pull_flag::subscription);
  EXPECT_EQ(asked.consumer_group, "g");
}

TEST_F(scripted_pull_reach, is_not_content_with_one_of_several) {
  start({{"a", a.address()}, {"b", b.address()}});
  answers(a, response::pull_not_found);
  answers(b, response::no_permission);
  const auto found = reach();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::permission);
  EXPECT_EQ(found.error().remote_code, response::no_permission);
}

TEST_F(scripted_pull_reach, does_not_wait_longer_than_it_may_for_a_silent_broker) {
  start({{"a", a.address()}});
  answers(a, 0);
  a.on(request::pull_message, [](const remoting::command&) { return reply::silence(); });
  const auto found = reach(milliseconds{200});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::timed_out);
}

}  // namespace
}  // namespace parley
