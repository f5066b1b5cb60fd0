// Decisions of sending: what may be sent, where it goes, and what an attempt's end means.
#include "produce/message_ids.hpp"
#include "produce/prepared_message.hpp"
#include "produce/queue_choice.hpp"
#include "produce/send_rules.hpp"

#include <parley/remoting/codec/message.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace parley::rocketmq::produce {
namespace {

using testing::HasSubstr;

constexpr std::int64_t some_day_ms = 1'700'000'000'000;

result<prepared_message> prepared(message what) { return prepare(std::move(what), "KEY", some_day_ms, 4096); }

error why(message what) {
  auto out = prepared(std::move(what));
  return out ? error{} : out.error();
}

TEST(prepared_message, carries_tag_keys_delay_and_user_properties) {
  message what{.topic = "t", .body = "b", .tag = "T", .keys = {"k1", "", "k2"}, .properties = {{"colour", "blue"}}, .delay_level = 3};
  const auto out = prepared(what);
  ASSERT_TRUE(out) << out.error().message;
  const auto properties = remoting::decode_properties(out->properties);
  EXPECT_EQ(properties.text("TAGS"), "T");
  EXPECT_EQ(properties.text("KEYS"), "k1 k2");
  EXPECT_EQ(properties.text("DELAY"), "3");
  EXPECT_EQ(properties.text("UNIQ_KEY"), "KEY");
  EXPECT_EQ(properties.text("WAIT"), "true");
  EXPECT_EQ(properties.text("colour"), "blue");
  EXPECT_EQ(out->born_timestamp_ms, some_day_ms);
}

TEST(prepared_message, refuses_what_a_broker_would_and_says_what) {
  EXPECT_THAT(why({.topic = "", .body = "b"}).message, HasSubstr("topic is empty"));
  EXPECT_THAT(why({.topic = "a.b", .body = "b"}).message, HasSubstr("position 1"));
  EXPECT_THAT(why({.topic = std::string(128, 'a'), .body = "b"}).message, HasSubstr("127"));
  EXPECT_EQ(why({.topic = std::string(127, 'a'), .body = "b"}).message, "");
  EXPECT_EQ(why({.topic = "%RETRY%" + std::string(200, 'a'), .body = "b"}).message, "");
  EXPECT_THAT(why({.topic = "t", .body = ""}).message, HasSubstr("empty"));
  EXPECT_EQ(why({.topic = "t", .body = std::string(4U * 1024U * 1024U + 1U, 'x')}).code, errc::too_large);
  EXPECT_THAT(why({.topic = "t", .body = "b", .tag = "a||b"}).message, HasSubstr("one tag"));
  EXPECT_THAT(why({.topic = "t", .body = "b", .tag = "a\x02"}).message, HasSubstr("\\x02"));
  EXPECT_THAT(why({.topic = "t", .body = "b", .keys = {"a\x01"}}).message, HasSubstr("key"));
  EXPECT_THAT(why({.topic = "t", .body = "b", .properties = {{"", "v"}}}).message, HasSubstr("name is empty"));
  EXPECT_THAT(why({.topic = "t", .body = "b", .properties = {{"UNIQ_KEY", "v"}}}).message, HasSubstr("RocketMQ's own"));
  EXPECT_THAT(why({.topic = "t", .body = "b", .delay_level = 19}).message, HasSubstr("18"));
  EXPECT_EQ(why({.topic = "t", .body = "b", .properties = {{"p", std::string(33'000, 'x')}}}).code, errc::too_large);
}

TEST(prepared_message, does_not_compress_what_would_not_get_smaller) {
  std::string noise;
  random_source random(7);
  while (noise.size() < 8192) noise += static_cast<char>(random.next());
  const auto out = prepared({.topic = "t", .body = noise});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->sys_flag, 0);
  EXPECT_EQ(as_text(out->body), noise);
}

TEST(message_ids, are_32_digits_and_never_repeat_though_the_clock_stands_or_goes_back) {
  message_ids ids({10, 0, 0, 1}, 0xABCD, 1);
  std::set<std::string> seen;
  for (int i = 0; i < 70'000; ++i) seen.insert(ids.next(some_day_ms));
  for (int i = 0; i < 1000; ++i) seen.insert(ids.next(some_day_ms - 60'000));
  EXPECT_EQ(seen.size(), 71'000U);
  EXPECT_EQ(seen.begin()->size(), 32U);
  EXPECT_EQ(seen.begin()->substr(0, 12), "0A000001ABCD");
}

TEST(message_ids, stay_apart_over_months_and_makers) {
  message_ids one({10, 0, 0, 1}, 1, 1);
  message_ids other({10, 0, 0, 1}, 1, 2);
  std::set<std::string> seen;
  constexpr std::int64_t month = 31LL * 24 * 3600 * 1000;
  for (int i = 0; i < 24; ++i) {
    seen.insert(one.next(some_day_ms + i * month));
    seen.insert(other.next(some_day_ms + i * month));
    seen.insert(one.next(some_day_ms));
  }
  EXPECT_EQ(seen.size(), 72U);
}

topic_route route_of(std::initializer_list<topic_queues> queues, bool master = true) {
  topic_route out{.topic = "t", .brokers = {}, .queues = queues};
  for (const auto& part : queues) {
    broker_info broker{.cluster = "c", .name = part.broker_name, .addresses = {}};
    broker.addresses[master ? 0 : 1] = endpoint{.host = "h", .port = 1};
    out.brokers.push_back(broker);
  }
  return out;
}

TEST(queue_choice, counts_write_queues_of_masters_with_permission) {
  const auto route = route_of({{"b", 8, 2, 6}, {"a", 8, 1, 2}, {"c", 8, 8, 4}});
  const auto queues = writable_queues(route);
  ASSERT_EQ(queues.size(), 3U);
  EXPECT_EQ(queues[0].to_string(), "t@a:0");
  EXPECT_EQ(queues[2].to_string(), "t@b:1");
  EXPECT_TRUE(writable_queues(route_of({{"b", 8, 2, 6}}, false)).empty());
}

TEST(queue_choice, sends_equal_keys_to_one_queue_and_different_keys_to_many) {
  const auto queues = writable_queues(route_of({{"a", 8, 8, 6}}));
  std::set<std::int32_t> used;
  for (int i = 0; i < 200; ++i) {
    const auto key = "room_" + std::to_string(i);
    EXPECT_EQ(queue_of_key(queues, key), queue_of_key(queues, key));
    used.insert(queue_of_key(queues, key).queue_id);
  }
  EXPECT_EQ(used.size(), 8U);
}

TEST(queue_choice, takes_queues_in_turn_and_passes_over_a_broker_that_failed) {
  const auto queues = writable_queues(route_of({{"a", 2, 2, 6}, {"b", 2, 2, 6}}));
  broker_health health;
  turn turns(0);
  const steady_time now{};
  std::set<std::string> used;
  for (int i = 0; i < 4; ++i) used.insert(turns.take(queues, "", health, now).to_string());
  EXPECT_EQ(used.size(), 4U);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(turns.take(queues, "a", health, now).broker_name, "b");
  health.failed("b", now);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(turns.take(queues, "", health, now).broker_name, "a");
  EXPECT_EQ(turns.take(queues, "a", health, now).broker_name, "b");  // better a doubtful one than the one just tried
  health.succeeded("b");
  EXPECT_FALSE(health.avoided("b", now));
}

TEST(broker_health, avoids_for_longer_with_each_failure_up_to_half_a_minute) {
  broker_health health;
  steady_time now{};
  for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
    health.failed("a", now);
    EXPECT_TRUE(health.avoided("a", now + std::chrono::seconds(seconds) - milliseconds{1}));
    now += std::chrono::seconds(seconds);
    EXPECT_FALSE(health.avoided("a", now));
  }
}

error refused_with(std::int32_t code) { return fail(errc::refused, "no", code); }

TEST(send_progress, is_rejected_by_refusals_and_by_attempts_of_which_no_byte_left) {
  send_progress progress(1);
  progress.begin_attempt();
  EXPECT_EQ(progress.on_failure(fail(errc::unreachable, "x"), false, true), send_progress::next::retry);
  EXPECT_EQ(progress.on_failure(fail(errc::unreachable, "x"), false, true), send_progress::next::retry);  // these do not count
  EXPECT_EQ(progress.on_refusal(refused_with(2), true), send_progress::next::retry);
  EXPECT_EQ(progress.on_refusal(refused_with(2), true), send_progress::next::done);
  EXPECT_EQ(progress.status(), send_status::rejected);
}

TEST(send_progress, is_unknown_for_good_after_an_attempt_without_answer) {
  send_progress progress(2);
  EXPECT_EQ(progress.on_failure(fail(errc::disconnected, "x"), true, true), send_progress::next::retry);
  EXPECT_EQ(progress.on_refusal(refused_with(13), true), send_progress::next::done);
  EXPECT_EQ(progress.status(), send_status::unknown);
}

TEST(send_progress, ends_when_time_is_up_or_the_client_stops) {
  send_progress late(2);
  EXPECT_EQ(late.on_refusal(refused_with(2), false), send_progress::next::done);
  send_progress stopping(2);
  EXPECT_EQ(stopping.on_failure(fail(errc::stopped, "x"), false, true), send_progress::next::done);
  EXPECT_EQ(stopping.status(), send_status::rejected);
}

TEST(attempt_deadline, shares_the_time_only_where_another_broker_could_take_over) {
  const steady_time now{};
  EXPECT_EQ(attempt_deadline(now, now + milliseconds{3000}, 3, true), now + milliseconds{1000});
  EXPECT_EQ(attempt_deadline(now, now + milliseconds{3000}, 3, false), now + milliseconds{3000});
  EXPECT_EQ(attempt_deadline(now, now + milliseconds{3000}, 1, true), now + milliseconds{3000});
  EXPECT_EQ(attempt_deadline(now, now + milliseconds{300}, 3, true), now + milliseconds{200});
  EXPECT_EQ(attempt_deadline(now, now + milliseconds{100}, 3, true), now + milliseconds{100});
}

}  // namespace
}  // namespace parley::rocketmq::produce
