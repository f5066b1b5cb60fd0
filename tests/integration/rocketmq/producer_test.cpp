// Sending through a real broker.
#include "integration/rocketmq/broker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

namespace parley::integration {
namespace {

using namespace rocketmq;

pull_consumer reader_of(client& owner, const std::string& topic) {
  pull_consumer reader(owner, {.group = unique_name("reader")});
  reader.subscribe_from_end(topic, {}, milliseconds{20'000}).value();
  return reader;
}

TEST(producer, stores_what_it_sends_and_says_where) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner);
  auto reader = reader_of(*owner, topic);
  producer out(*owner, sender_options());
  message what{
      .topic = topic, .body = "hello", .tag = "greeting", .keys = {"k1", "k2"}, .properties = {{"colour", "blue"}}, .flag = 7};
  const auto sent = out.send(what);
  ASSERT_EQ(sent.status, send_status::stored) << sent.cause.message;
  EXPECT_EQ(sent.attempts, 1);
  EXPECT_GE(sent.queue_offset, 0);
  const auto got = collect(reader, 1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body, "hello");
  EXPECT_EQ(got[0].tag, "greeting");
  EXPECT_EQ(got[0].keys, "k1 k2");
  EXPECT_EQ(got[0].property("colour"), "blue");
  EXPECT_EQ(got[0].flag, 7);
  EXPECT_EQ(got[0].topic, topic);
  EXPECT_EQ(got[0].message_id, sent.message_id);
  EXPECT_EQ(got[0].offset_message_id, sent.offset_message_id);
  EXPECT_EQ(got[0].queue, sent.queue);
  EXPECT_EQ(got[0].queue_offset, sent.queue_offset);
}

TEST(producer, calls_back_once_for_each_of_a_thousand_sends_under_way) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 8);
  auto reader = reader_of(*owner, topic);
  producer out(*owner, sender_options());
  constexpr int count = 1000;
  std::vector<std::atomic<int>> calls(count);
  std::atomic<int> done{0};
  std::atomic<int> stored{0};
  for (int i = 0; i < count; ++i) {
    out.send({.topic = topic, .body = std::to_string(i)}, {}, [&, i](send_outcome outcome) {
      ++calls[static_cast<std::size_t>(i)];
      if (outcome.stored()) ++stored;
      ++done;
    });
  }
  ASSERT_TRUE(eventually([&] { return done == count; }, milliseconds{40'000}));
  EXPECT_EQ(stored, count);
  std::set<std::string> bodies;
  for (auto& one : collect(reader, count, milliseconds{40'000})) bodies.insert(one.body);
  EXPECT_EQ(bodies.size(), static_cast<std::size_t>(count));
  for (const auto& one : calls) EXPECT_EQ(one, 1);
}

TEST(producer, is_awaited_from_a_context_of_the_callers) {
  boost::asio::io_context context;  // before the client, which posts to it
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner);
  producer out(*owner, sender_options());
  send_outcome sent;
  bool back_here = false;
  auto work = [](producer& by, std::string to, send_outcome& into, bool& here, boost::asio::io_context& on) -> boost::asio::awaitable<void> {
    message what{.topic = std::move(to), .body = "awaited"};
    into = co_await by.async_send(std::move(what));
    here = on.get_executor().running_in_this_thread();
  };
  boost::asio::co_spawn(context, work(out, topic, sent, back_here, context), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  context.run();
  EXPECT_EQ(sent.status, send_status::stored) << sent.cause.message;
  EXPECT_TRUE(back_here);
}

TEST(producer, works_on_the_callers_own_context) {
  boost::asio::io_context context(1);
  client owner({.name_servers = broker_setting("NAMESRV"), .log = test_logger()}, context);
  ASSERT_TRUE(owner.start());
  const auto helper = started_client();
  const auto topic = fresh_topic(*helper);
  producer out(owner, sender_options());
  send_outcome sent;
  result<void> stopped;
  auto work = [](producer& by, client& of, std::string to, send_outcome& into, result<void>& end) -> boost::asio::awaitable<void> {
    message what{.topic = std::move(to), .body = "same thread"};
    into = co_await by.async_send(std::move(what));
    end = co_await of.async_stop();
  };
  boost::asio::co_spawn(context, work(out, owner, topic, sent, stopped), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  context.run();  // returns: nothing is left after the stop
  EXPECT_EQ(sent.status, send_status::stored) << sent.cause.message;
  EXPECT_TRUE(stopped);
}

TEST(producer, keeps_messages_of_a_key_in_one_queue_and_in_order) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 8);
  auto reader = reader_of(*owner, topic);
  producer out(*owner, sender_options());
  constexpr int keys = 5;
  constexpr int each = 20;
  for (int i = 0; i < each; ++i) {
    for (int key = 0; key < keys; ++key) {
      const auto name = "key" + std::to_string(key);
      ASSERT_TRUE(out.send({.topic = topic, .body = std::to_string(i), .properties = {{"of", name}}, .queue_key = name}).stored());
    }
  }
  std::map<std::string, std::set<std::int32_t>> queues;
  std::map<std::string, int> next;
  const auto all = collect(reader, keys * each);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(keys * each));
  for (const auto& one : all) {
    const std::string key(one.property("of"));
    queues[key].insert(one.queue.queue_id);
    EXPECT_EQ(one.body, std::to_string(next[key]++)) << key;
  }
  for (const auto& [key, used] : queues) EXPECT_EQ(used.size(), 1U) << key;
}

TEST(producer, compresses_a_large_body_and_it_comes_back_whole) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  auto reader = reader_of(*owner, topic);
  producer out(*owner, sender_options());
  std::string body;
  while (body.size() < 1'000'000) body += "the same words over and over " + std::to_string(body.size() % 97);
  ASSERT_TRUE(out.send({.topic = topic, .body = body}).stored());
  const auto got = collect(reader, 1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got[0].body == body);
}

TEST(producer, stores_the_largest_body_and_rejects_one_byte_more) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  producer out(*owner, {.group = unique_name("sender"), .send_timeout = milliseconds{30'000}, .compress_from_bytes = 0});
  std::string body(4U * 1024U * 1024U, 'x');
  const auto fits = out.send({.topic = topic, .body = body});
  EXPECT_EQ(fits.status, send_status::stored) << fits.cause.message;
  body += 'x';
  const auto over = out.send({.topic = topic, .body = body});
  EXPECT_EQ(over.status, send_status::rejected);
  EXPECT_EQ(over.cause.code, errc::too_large);
  EXPECT_EQ(over.attempts, 0);
}

TEST(producer, rejects_at_once_what_the_broker_would_refuse) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  producer out(*owner, sender_options());
  EXPECT_EQ(out.send({.topic = "no blanks", .body = "x"}).cause.code, errc::invalid_argument);
  EXPECT_EQ(out.send({.topic = topic, .body = ""}).cause.code, errc::invalid_argument);
  EXPECT_EQ(out.send({.topic = topic, .body = "x", .properties = {{"KEYS", "mine"}}}).cause.code, errc::invalid_argument);
  EXPECT_EQ(out.send({.topic = topic, .body = "x", .properties = {{"a", "b\x01"}}}).cause.code, errc::invalid_argument);
  const auto huge = out.send({.topic = topic, .body = "x", .properties = {{"a", std::string(40'000, 'y')}}});
  EXPECT_EQ(huge.status, send_status::rejected);
  EXPECT_EQ(huge.cause.code, errc::too_large);
}

TEST(producer, has_a_topic_made_on_first_use_where_brokers_do_that) {
  const auto owner = started_client();
  producer out(*owner, sender_options());
  const auto topic = unique_name("automatic");
  const auto first = out.send({.topic = topic, .body = "one"});
  ASSERT_EQ(first.status, send_status::stored) << first.cause.message;
  EXPECT_TRUE(eventually([&] { return admin(*owner).route(topic, milliseconds{20'000}).has_value(); }));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(out.send({.topic = topic, .body = "more"}).stored());
}

TEST(producer, sends_to_exactly_the_queue_that_is_named) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 4);
  producer out(*owner, sender_options());
  const auto broker = admin(*owner).route(topic, milliseconds{20'000}).value().queues.at(0).broker_name;
  for (int i = 0; i < 5; ++i) {
    send_options how;
    how.queue = message_queue{.topic = topic, .broker_name = broker, .queue_id = 2};
    const auto sent = out.send({.topic = topic, .body = "x"}, how);
    ASSERT_TRUE(sent.stored()) << sent.cause.message;
    EXPECT_EQ(sent.queue.queue_id, 2);
    EXPECT_EQ(sent.queue_offset, i);
  }
}

TEST(producer, rejects_after_its_stop_and_before_the_clients_start) {
  client cold({.name_servers = broker_setting("NAMESRV")});
  producer early(cold, sender_options());
  const auto before = early.send({.topic = "any", .body = "x"});
  EXPECT_EQ(before.status, send_status::rejected);
  EXPECT_EQ(before.cause.code, errc::stopped);
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  producer out(*owner, sender_options());
  ASSERT_TRUE(out.send({.topic = topic, .body = "x"}).stored());
  EXPECT_TRUE(out.stop());
  EXPECT_TRUE(out.stop());
  const auto after = out.send({.topic = topic, .body = "x"});
  EXPECT_EQ(after.status, send_status::rejected);
  EXPECT_EQ(after.cause.code, errc::stopped);
}

TEST(producer, refuses_to_block_the_clients_own_thread) {
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  producer out(*owner, sender_options());
  std::atomic<bool> done{false};
  send_outcome inner;
  out.send({.topic = topic, .body = "x"}, {}, [&](send_outcome) {
    inner = out.send({.topic = topic, .body = "y"});
    done = true;
  });
  ASSERT_TRUE(eventually([&] { return done.load(); }));
  EXPECT_EQ(inner.status, send_status::rejected);
  EXPECT_EQ(inner.cause.code, errc::invalid_argument);
}

}  // namespace
}  // namespace parley::integration
