// The pull consumer against a broker that does as it is told.
#include "core/client_core.hpp"
#include "unit/rocketmq/scripted/peer.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/requests/offset.hpp>
#include <parley/remoting/codec/requests/pull.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

namespace parley {
namespace {

using namespace rocketmq;
using scripted::peer;
using scripted::reply;
using testing::ElementsAre;
using testing::HasSubstr;
namespace request = remoting::request_code;
constexpr milliseconds long_enough{20'000};

/// Of a queue that ends at `end`; at `next` unless given.
reply pull_reply(std::int32_t code, std::int64_t next, bytes body = {}, std::int64_t end = 0) {
  reply out = reply::code(code);
  remoting::pull_response{.next_begin_offset = next, .max_offset = std::max(next, end)}.write(out.answer.fields);
  out.answer.body = std::move(body);
  return out;
}

bytes record(std::int64_t offset, const std::string& body, const std::string& tag = "") {
  remoting::stored_message out;
  out.topic = "t";
  out.queue_offset = offset;
  out.body.assign(body.begin(), body.end());
  if (!tag.empty()) out.properties.set("TAGS", tag);
  bytes raw;
  EXPECT_TRUE(remoting::encode_message(out, raw));
  return raw;
}

bytes joined(std::initializer_list<bytes> parts) {
  bytes out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

// Names and broker in one, a queue that ends at 10, and a consumer that collects.
class scripted_pull : public testing::Test {
 protected:
  using script = std::function<reply(const remoting::pull_request&, int nth)>;

  void start(script pulls, filter what = {}) {
    scripted::serve_routes(a, {{"t", scripted::route_reply({{"a", a.address()}})}});
    a.on(request::get_max_offset, [](const remoting::command&) {
      reply out = reply::code(0);
      remoting::offset_response{.offset = 10}.write(out.answer.fields);
      return out;
    });
    a.on(request::pull_message, [this, pulls = std::move(pulls)](const remoting::command& asked) {
      const auto read = remoting::pull_request::read(asked.fields).value();
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(read);
      }
      return pulls(read, ++nth_);
    });
    owner = std::make_unique<client>(client_options{.name_servers = a.address().to_string()});
    ASSERT_TRUE(owner->start());
    reader.emplace(*owner, pull_consumer_options{.group = "g"});
    reader->on_trouble([this](const message_queue&, const error& why) {
      const std::lock_guard lock(mutex_);
      troubles_.push_back(why.message);
    });
    ASSERT_TRUE(reader->subscribe_from_end("t", what, long_enough));
  }
  std::vector<std::string> poll(std::size_t count) {
    std::vector<std::string> out;
    const auto end = std::chrono::steady_clock::now() + long_enough;
    while (out.size() < count && std::chrono::steady_clock::now() < end) {
      for (const auto& one : reader->poll(milliseconds{1000}).value()) out.push_back(one.body);
    }
    return out;
  }
  std::vector<std::int64_t> offsets_asked() {
    const std::lock_guard lock(mutex_);
    std::vector<std::int64_t> out;
    for (const auto& one : asked_) out.push_back(one.queue_offset);
    return out;
  }
  std::vector<std::string> troubles() {
    const std::lock_guard lock(mutex_);
    return troubles_;
  }

  // Before the peer, whose thread fills them until it ends.
  std::mutex mutex_;
  std::vector<std::string> troubles_;
  std::vector<remoting::pull_request> asked_;
  std::atomic<int> nth_{0};
  peer a;
  std::unique_ptr<client> owner;
  std::optional<pull_consumer> reader;
};

TEST_F(scripted_pull, carries_its_own_subscription_and_asks_to_be_held) {
  start([](const remoting::pull_request&, int) { return reply::silence(); }, {.tags = "me", .untagged_too = true});
  ASSERT_TRUE(scripted::eventually([&] { return nth_ >= 1; }));
  const std::lock_guard lock(mutex_);
  const auto& first = asked_.at(0);
  EXPECT_EQ(first.sys_flag, 6);
  EXPECT_EQ(first.subscription, "me || f5a5a608");
  EXPECT_EQ(first.expression_type, "TAG");
  EXPECT_EQ(first.queue_offset, 10);
  EXPECT_EQ(first.suspend_timeout_ms, 15'000);
  EXPECT_EQ(first.consumer_group, "g");
  EXPECT_EQ(a.asked(request::heart_beat), 0U);  // a member of nothing
}

TEST_F(scripted_pull, goes_on_where_each_answer_says) {
  start([](const remoting::pull_request&, int nth) {
    switch (nth) {
      case 1: return pull_reply(0, 12, joined({record(10, "m10"), record(11, "m11")}));
      case 2: return pull_reply(20, 15);
      case 3: return pull_reply(19, 15);
      case 4: return pull_reply(21, 7);
      case 5: return reply::code(215);
      case 6: return pull_reply(0, 8, record(7, "m7"));
      default: return reply::silence();
    }
  });
  EXPECT_THAT(poll(3), ElementsAre("m10", "m11", "m7"));
  ASSERT_TRUE(scripted::eventually([&] { return nth_ >= 7; }));
  EXPECT_THAT(offsets_asked(), ElementsAre(10, 12, 15, 15, 7, 7, 8));
}

TEST_F(scripted_pull, compares_tags_exactly_as_brokers_compare_hashes_only) {
  start(
      [](const remoting::pull_request&, int nth) {
        if (nth > 1) return reply::silence();
        return pull_reply(0, 13, joined({record(10, "x", "BB"), record(11, "y", "Aa"), record(12, "z")}));  // the two hash alike
      },
      {.tags = "Aa"});
  EXPECT_THAT(poll(1), ElementsAre("y"));
}

TEST_F(scripted_pull, pulls_the_same_offset_again_after_a_lost_connection) {
  start([](const remoting::pull_request&, int nth) {
    if (nth <= 2) return reply::hang_up();
    return nth == 3 ? pull_reply(0, 11, record(10, "kept")) : reply::silence();
  });
  EXPECT_THAT(poll(1), ElementsAre("kept"));
  const auto offsets = offsets_asked();
  ASSERT_GE(offsets.size(), 3U);
  EXPECT_THAT(std::vector<std::int64_t>(offsets.begin(), offsets.begin() + 3), ElementsAre(10, 10, 10));
}

TEST_F(scripted_pull, is_not_held_after_a_failure_so_that_the_end_of_trouble_shows_at_once) {
  start([](const remoting::pull_request&, int nth) {
    if (nth == 1) return reply::hang_up();
    // Nothing new: a broker that was asked to hold would say so much later.
    if (nth == 2) return pull_reply(19, 10);
    return nth == 3 ? pull_reply(0, 11, record(10, "new")) : reply::silence();
  });
  EXPECT_THAT(poll(1), ElementsAre("new"));
  const std::lock_guard lock(mutex_);
  const auto held = [this](std::size_t nth) { return (asked_.at(nth).sys_flag & remoting::pull_flag::suspend) != 0; };
  EXPECT_TRUE(held(0));
  EXPECT_FALSE(held(1));
  EXPECT_TRUE(held(2));
}

TEST_F(scripted_pull, says_what_to_run_when_the_group_is_missing_and_when_it_works_again) {
  start([](const remoting::pull_request&, int nth) {
    if (nth == 1) return reply::code(26, "subscription group not exist");
    return nth == 2 ? pull_reply(0, 11, record(10, "after")) : reply::silence();
  });
  EXPECT_THAT(poll(1), ElementsAre("after"));
  const auto told = troubles();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_THAT(told[0], HasSubstr("updateSubGroup"));
  EXPECT_THAT(told[0], HasSubstr("create_group"));
  EXPECT_EQ(told[1], "");
}

TEST_F(scripted_pull, passes_over_one_damaged_message_and_no_other) {
  start([](const remoting::pull_request& asked, int) {
    auto broken = record(11, "broken");
    broken[broken.size() - 5] ^= 1U;  // in the body or behind it
    broken[88] ^= 0x55U;              // in the body: its CRC no longer fits
    if (asked.queue_offset == 10) return pull_reply(0, 13, joined({record(10, "m10"), broken, record(12, "m12")}));
    if (asked.queue_offset == 11 && asked.max_messages > 1) return pull_reply(0, 13, joined({broken, record(12, "m12")}));
    if (asked.queue_offset == 11) return pull_reply(0, 12, broken);
    if (asked.queue_offset == 12) return pull_reply(0, 13, record(12, "m12"));
    return reply::silence();
  });
  EXPECT_THAT(poll(2), ElementsAre("m10", "m12"));
  EXPECT_EQ(troubles().size(), 1U);
}

TEST_F(scripted_pull, drops_the_late_answer_of_a_position_that_was_left) {
  std::promise<void> moved;
  auto wait = moved.get_future().share();
  start([wait](const remoting::pull_request& asked, int) {
    if (asked.queue_offset == 10) {
      wait.wait();
      return pull_reply(0, 11, record(10, "late"));
    }
    return asked.queue_offset == 3 ? pull_reply(0, 4, record(3, "wanted")) : reply::silence();
  });
  ASSERT_TRUE(scripted::eventually([&] { return nth_ >= 1; }));
  ASSERT_TRUE(reader->seek({.topic = "t", .broker_name = "a", .queue_id = 0}, 3));
  moved.set_value();
  EXPECT_THAT(poll(1), ElementsAre("wanted"));
  EXPECT_TRUE(reader->poll(milliseconds{50}).value().empty());
}

TEST_F(scripted_pull, tells_how_far_it_is_behind) {
  std::promise<void> seen;
  auto wait = seen.get_future().share();
  start([wait](const remoting::pull_request&, int nth) {
    if (nth == 1) return pull_reply(0, 12, joined({record(10, "m10"), record(11, "m11")}), 15);
    if (nth > 2) return reply::silence();
    wait.wait();
    return pull_reply(20, 15);
  });
  EXPECT_THAT(poll(2), ElementsAre("m10", "m11"));
  EXPECT_TRUE(scripted::eventually([&] { return reader->stats().lag == 3; }));
  EXPECT_EQ(reader->stats().queues, 1U);
  seen.set_value();
  EXPECT_TRUE(scripted::eventually([&] { return reader->stats().lag == 0; }));
  EXPECT_EQ(reader->stats().pull_failures, 0U);
}

TEST_F(scripted_pull, loses_nothing_that_a_poll_took_whose_caller_had_gone) {
  start([](const remoting::pull_request&, int nth) {
    return nth == 1 ? pull_reply(0, 12, joined({record(10, "m10"), record(11, "m11")})) : reply::silence();
  });
  // The second pull means that both messages wait in the buffer.
  ASSERT_TRUE(scripted::eventually([&] { return offsets_asked().size() >= 2; }));
  std::promise<void> go_on;
  owner->internals()->post([held = go_on.get_future().share()] { held.wait(); });
  const auto nothing = reader->poll(milliseconds{1});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, errc::timed_out);
  go_on.set_value();
  EXPECT_THAT(poll(2), ElementsAre("m10", "m11"));
}

TEST_F(scripted_pull, does_not_spin_when_a_broker_does_not_hold) {
  start([](const remoting::pull_request& asked, int) { return pull_reply(19, asked.queue_offset); });
  ASSERT_TRUE(scripted::eventually([&] { return nth_ >= 10; }));
  const auto before = nth_.load();
  EXPECT_TRUE(reader->poll(milliseconds{1000}).value().empty());
  EXPECT_LT(nth_ - before, 50);
}

}  // namespace
}  // namespace parley
