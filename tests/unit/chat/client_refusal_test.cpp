// Requests that end at the client already: they are counted as any other.
#include <parley/chat/client/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <string>

namespace parley::chat {
namespace {

/// What the client makes of a message that never leaves it.
const action_tally& tally_after(client& who, boost::asio::io_context& context, std::string text) {
  boost::json::object data{{"room_id", "room_001"}, {"message", text}};
  boost::asio::co_spawn(context, who.request("send_message", std::move(data)), boost::asio::detached);
  context.poll();
  return who.tally().by_action().find("send_message")->second;
}

TEST(client_refusal, what_the_contract_refuses_is_counted_and_timed) {
  boost::asio::io_context context(1);
  rocketmq::client bus({.name_servers = "127.0.0.1:1"}, context);
  client who(bus, context.get_executor(), {.topics = topic_names::from_prefix("t"), .user_id = "ann"}, {});
  const auto& tally = tally_after(who, context, std::string(100'000, 'x'));
  EXPECT_EQ(tally.business, 1U);
  EXPECT_EQ(tally.durations.count(), 1U);
  EXPECT_EQ(tally.ok + tally.system + tally.timed_out, 0U);
  EXPECT_EQ(who.stats().pending, 0U);
}

}  // namespace
}  // namespace parley::chat
