// A push consumer against a broker that does as it is told: rare answers, refusals, lost connections, orders of administrators.
#include "unit/rocketmq/consume_scripted_group.hpp"

#include <parley/remoting/codec/bodies/offsets.hpp>

#include <algorithm>
#include <memory>
#include <atomic>

namespace parley::scripted {
namespace {

namespace code = remoting::request_code;
namespace answer = remoting::response_code;
// The peer answers a little longer than a test's own values live: what a script counts is shared with it.
using consume_scripted = scripted_group;
using strings = std::vector<std::string>;

TEST_F(consume_scripted, the_first_offset_is_asked_for_again_and_never_guessed) {
  const auto asked = std::make_shared<std::atomic<int>>(0);
  broker.on(code::query_consumer_offset, [asked](const remoting::command&) {
    const auto time = (*asked)++;
    if (time == 0) return reply::code(answer::system_error, "busy");
    if (time == 1) return reply::hang_up();
    return reply::code(answer::query_not_found);
  });
  start();
  ASSERT_TRUE(eventually([&] { return !pulled_offsets().empty(); }));
  EXPECT_GE(*asked, 3);
  EXPECT_EQ(pulled_offsets().front(), 7) << "the end, as the policy says";
  EXPECT_EQ(committed_offsets().front(), 7) << "stored, so that the next member begins there too";
  const auto query = broker.requests(code::query_consumer_offset).front();
  EXPECT_EQ(query.fields.text("setZeroIfNotFound"), "false");
}

TEST_F(consume_scripted, nothing_is_read_while_the_resolved_offset_cannot_be_stored) {
  const auto refuses = std::make_shared<std::atomic<bool>>(true);
  broker.on(code::query_consumer_offset, [](const remoting::command&) { return reply::code(answer::query_not_found); });
  broker.on(code::update_consumer_offset,
            [refuses](const remoting::command&) { return reply::code(*refuses ? answer::subscription_group_not_exist : 0); });
  start();
  ASSERT_TRUE(eventually([&] { return committed_offsets().size() >= 2; }));
  EXPECT_TRUE(pulled_offsets().empty());
  *refuses = false;
  EXPECT_TRUE(eventually([&] { return !pulled_offsets().empty(); }));
}

TEST_F(consume_scripted, pulls_again_after_a_heartbeat_when_the_broker_does_not_know_the_subscription) {
  log = {"m0"};
  for (const auto refusal : {answer::subscription_not_exist, answer::subscription_not_latest}) {
    const auto pulls = std::make_shared<std::atomic<int>>(0);
    const auto beats_before = std::make_shared<std::atomic<std::size_t>>(0);
    broker.on(code::pull_message, [this, pulls, beats_before, refusal](const remoting::command& request) {
      if ((*pulls)++ > 0) return healthy_pull(request);
      *beats_before = broker.asked(code::heart_beat);
      return reply::code(refusal);
    });
    start();
    ASSERT_TRUE(eventually([&] { return bodies() == strings{"m0"}; })) << refusal;
    EXPECT_GT(broker.asked(code::heart_beat), *beats_before) << refusal;
    EXPECT_GE(consumer->stats().pull_failures, 1U);
    consumer.reset();
    owner.reset();
    handled.clear();
  }
}

TEST_F(consume_scripted, goes_on_after_every_other_refusal) {
  log = {"m0"};
  request_timeout = milliseconds{20'000};  // so that refusals are the only failures
  const auto pulls = std::make_shared<std::atomic<int>>(0);
  const std::vector<std::int32_t> refusals{answer::flow_control, answer::system_busy, answer::system_error, answer::no_permission,
                                           answer::topic_not_exist};
  broker.on(code::pull_message, [this, pulls, refusals](const remoting::command& request) {
    const auto at = static_cast<std::size_t>((*pulls)++);
    return at < refusals.size() ? reply::code(refusals[at]) : healthy_pull(request);
  });
  start();
  EXPECT_TRUE(eventually([&] { return bodies() == strings{"m0"}; }));
  EXPECT_EQ(consumer->stats().pull_failures, refusals.size());
}

TEST_F(consume_scripted, moves_on_past_what_the_broker_filtered_out) {
  const auto pulls = std::make_shared<std::atomic<int>>(0);
  broker.on(code::pull_message, [pulls](const remoting::command&) {
    return (*pulls)++ == 0 ? pull_reply(answer::pull_retry_immediately, 800, 900) : reply::silence();
  });
  start();
  ASSERT_TRUE(eventually([&] { return pulled_offsets().size() >= 2; }));
  EXPECT_EQ(pulled_offsets()[1], 800);
  EXPECT_TRUE(eventually([&] { return committed_offsets().size() > 0 && committed_offsets().back() == 800; }));
}

TEST_F(consume_scripted, begins_anew_where_the_broker_moved_the_offset_and_commits_nothing_of_the_old) {
  log = {"m0", "m1", "m2"};
  broker.on(code::query_consumer_offset, [](const remoting::command&) { return offset_reply(50); });
  broker.on(code::pull_message, [this](const remoting::command& request) {
    const auto pull = remoting::pull_request::read(request.fields).value();
    return pull.queue_offset == 50 ? pull_reply(answer::pull_offset_moved, 1, 3) : healthy_pull(request);
  });
  start();
  ASSERT_TRUE(eventually([&] { return bodies().size() == 2; }));
  ASSERT_TRUE(eventually([&] { return !committed_offsets().empty() && committed_offsets().back() == 3; }));
  const auto all = bodies();
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()), (std::set<std::string>{"m1", "m2"}));
  EXPECT_GE(progress()->generation, 2U);
  const auto commits = committed_offsets();
  const auto last_old = std::find(commits.rbegin(), commits.rend(), 50);
  EXPECT_TRUE(std::none_of(commits.rbegin(), last_old, [](auto offset) { return offset > 3; }))
      << "after the new ones began, no 50";
}

TEST_F(consume_scripted, pulls_again_when_the_connection_with_the_held_pull_is_lost) {
  start();
  ASSERT_TRUE(eventually([&] { return pulled_offsets().size() == 1; }));
  {
    const std::lock_guard lock(mutex);
    log = {"m0"};
  }
  const auto beats = broker.asked(code::heart_beat);
  broker.hang_up_all();
  EXPECT_TRUE(eventually([&] { return bodies() == strings{"m0"}; }));
  EXPECT_GT(broker.asked(code::heart_beat), beats) << "the broker forgot us with the connection";
}

TEST_F(consume_scripted, sends_a_copy_when_the_broker_does_not_take_a_message_back) {
  log = {"m0", "m1"};
  failing = {"m0"};
  broker.on(code::consumer_send_msg_back, [](const remoting::command&) { return reply::code(answer::system_error, "no"); });
  broker.on(code::send_message_v2, [](const remoting::command&) { return stored_reply(0); });
  start();
  ASSERT_TRUE(eventually([&] { return consumer->stats().retried == 1; }));
  const auto copy = broker.requests(code::send_message_v2).front();
  EXPECT_EQ(copy.fields.text("b"), "%RETRY%g");
  EXPECT_EQ(copy.fields.text("j"), "1");
  EXPECT_EQ(copy.fields.text("l"), "16");
  EXPECT_EQ(as_text(copy.body), "m0");
  const auto properties = remoting::decode_properties(copy.fields.text("i"));
  EXPECT_EQ(properties.text("RETRY_TOPIC"), "t");
  EXPECT_EQ(properties.text("UNIQ_KEY"), "KEY0");
  EXPECT_EQ(properties.text("DELAY"), "3");
  EXPECT_EQ(properties.text("ORIGIN_MESSAGE_ID"), handled.front().offset_message_id);
  EXPECT_TRUE(eventually([&] { return !committed_offsets().empty() && committed_offsets().back() == 2; }));
}

TEST_F(consume_scripted, tries_a_message_here_again_when_nobody_takes_it_back) {
  log = {"m0", "m1"};
  failing = {"m0"};
  broker.on(code::consumer_send_msg_back, [](const remoting::command&) { return reply::code(answer::system_error, "no"); });
  broker.on(code::send_message_v2, [](const remoting::command&) { return reply::code(answer::system_error, "no"); });
  start();
  ASSERT_TRUE(eventually([&] { return broker.asked(code::send_message_v2) >= 1; }));
  ASSERT_TRUE(eventually([&] { return consumer->stats().done == 1; }));
  EXPECT_EQ(progress()->commit_offset, 0) << "it is not finished";
  {
    const std::lock_guard lock(mutex);
    failing.clear();
  }
  EXPECT_TRUE(eventually([&] { return consumer->stats().done == 2; }));
  EXPECT_TRUE(eventually([&] { return !committed_offsets().empty() && committed_offsets().back() == 2; }));
}

TEST_F(consume_scripted, gives_back_with_the_position_and_the_maximum) {
  log = {"m0"};
  failing = {"m0"};
  options.max_reconsume_times = 3;
  start();
  ASSERT_TRUE(eventually([&] { return consumer->stats().retried == 1; }));
  const auto back = broker.requests(code::consumer_send_msg_back).front();
  EXPECT_EQ(back.fields.text("offset"), "1000");
  EXPECT_EQ(back.fields.text("group"), "g");
  EXPECT_EQ(back.fields.text("delayLevel"), "0");
  EXPECT_EQ(back.fields.text("maxReconsumeTimes"), "3");
}

TEST_F(consume_scripted, a_damaged_message_hides_no_other) {
  log = {"m0", "m1", "m2"};
  broker.on(code::pull_message, [this](const remoting::command& request) {
    auto out = healthy_pull(request);
    const auto from = remoting::pull_request::read(request.fields).value().queue_offset;
    const auto size = stored_bytes(0, "m0").size();
    // Its body's last byte but for what follows: the check sum no longer fits.
    if (from <= 1 && !out.answer.body.empty()) {
      const auto record = static_cast<std::size_t>(1 - from) * size;
      const auto text = std::string_view("m1");
      const auto at = std::search(out.answer.body.begin() + static_cast<std::ptrdiff_t>(record), out.answer.body.end(),
                                  text.begin(), text.end());
      if (at != out.answer.body.end()) *at = 'X';
    }
    return out;
  });
  start();
  ASSERT_TRUE(eventually([&] { return bodies().size() == 2; }));
  const auto all = bodies();
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()), (std::set<std::string>{"m0", "m2"}));
  EXPECT_TRUE(lines->has("cannot be decoded"));
  EXPECT_TRUE(eventually([&] { return !committed_offsets().empty() && committed_offsets().back() == 3; }));
}

TEST_F(consume_scripted, an_orderly_queue_is_not_read_before_it_is_locked) {
  log = {"m0"};
  options.order = rocketmq::consume_order::orderly;
  const auto free = std::make_shared<std::atomic<bool>>(false);
  const auto asked = std::make_shared<std::atomic<int>>(0);
  broker.on(code::lock_batch_mq, [free, asked](const remoting::command& request) {
    ++*asked;
    return *free ? grant(request) : refuse_locks();
  });
  start();
  ASSERT_TRUE(eventually([&] { return *asked >= 3; }));
  EXPECT_TRUE(pulled_offsets().empty());
  EXPECT_EQ(broker.asked(code::query_consumer_offset), 0U) << "the offset is read under the lock";
  *free = true;
  ASSERT_TRUE(eventually([&] { return bodies() == strings{"m0"}; }));
  ASSERT_TRUE(consumer->stop());
  EXPECT_EQ(broker.asked(code::unlock_batch_mq), 1U);
}

TEST_F(consume_scripted, takes_no_queue_while_the_broker_does_not_list_it) {
  times_listed = 0;
  start();
  ASSERT_TRUE(eventually([&] { return broker.asked(code::get_consumer_list_by_group) >= 2; }));
  EXPECT_FALSE(progress().has_value());
  const std::lock_guard lock(mutex);
  times_listed = 1;
}

TEST_F(consume_scripted, keeps_its_queues_while_nobody_says_who_the_members_are) {
  start();
  ASSERT_TRUE(eventually([&] { return progress().has_value() && progress()->next_offset >= 0; }));
  broker.on(code::get_consumer_list_by_group, [](const remoting::command&) { return reply::code(answer::system_busy); });
  ASSERT_TRUE(rebalances_again()) << "a notice makes it ask";
  EXPECT_EQ(progress()->generation, 1U);
}

TEST_F(consume_scripted, says_so_when_another_client_has_its_id) {
  times_listed = 2;
  start();
  EXPECT_TRUE(eventually([&] {
    tell_of_members();
    return lines->has("another client of the group has our client id");
  }));
}

TEST_F(consume_scripted, an_order_to_reset_offsets_begins_the_queue_anew) {
  log = {"m0", "m1"};
  start();
  ASSERT_TRUE(eventually([&] { return bodies().size() == 2; }));
  remoting::command order{.code = code::reset_consumer_client_offset};
  order.fields.set("topic", "t");
  order.fields.set("group", "g");
  order.fields.set("timestamp", std::int64_t{0});
  order.fields.set("isForce", true);
  order.body = remoting::offset_table{.offsets = {{{"t", "a", 0}, 1}}}.encode().value();
  broker.tell_all(order);
  ASSERT_TRUE(eventually([&] { return bodies().size() == 3; }));
  EXPECT_EQ(bodies().back(), "m1");
  EXPECT_EQ(progress()->generation, 2U);
}

TEST_F(consume_scripted, handles_a_message_directly_when_an_administrator_asks) {
  start();
  ASSERT_TRUE(eventually([&] { return broker.asked(code::heart_beat) > 0; }));
  remoting::command order{.code = code::consume_message_directly};
  order.fields.set("consumerGroup", "g");
  order.fields.set("brokerName", "a");
  order.body = stored_bytes(5, "direct");
  broker.tell_all(order);
  EXPECT_TRUE(eventually([&] { return bodies() == strings{"direct"}; }));
}

TEST_F(consume_scripted, the_last_commit_comes_before_the_farewell) {
  log = {"m0", "m1"};
  options.commit_period = milliseconds{60'000};
  start();
  ASSERT_TRUE(eventually([&] { return consumer->stats().done == 2; }));
  ASSERT_TRUE(consumer->stop());
  EXPECT_EQ(committed_offsets(), (std::vector<std::int64_t>{2}));
  EXPECT_EQ(broker.asked(code::unregister_client), 1U);
  EXPECT_FALSE(broker.requests(code::update_consumer_offset).front().is_oneway()) << "its answer is waited for";
}

TEST_F(consume_scripted, commits_of_a_queue_never_overtake_each_other) {
  log = {"m0", "m1"};
  failing = {"m1"};
  request_timeout = milliseconds{60'000};
  const auto held = std::make_shared<std::atomic<bool>>(true);
  const auto at_once = std::make_shared<std::atomic<int>>(0);
  broker.on(code::update_consumer_offset, [held](const remoting::command&) { return *held ? reply::silence() : reply::code(0); });
  broker.on(code::consumer_send_msg_back, [at_once](const remoting::command&) {
    ++*at_once;
    return reply::code(0);
  });
  start();
  ASSERT_TRUE(eventually([&] { return consumer->stats().done == 1 && *at_once == 1; }));
  ASSERT_TRUE(eventually([&] { return committed_offsets().size() == 1; }));
  ASSERT_TRUE(rebalances_again());
  EXPECT_EQ(committed_offsets().size(), 1U) << "many periods later the first is still the only one on its way";
  *held = false;
  broker.hang_up_all();
  ASSERT_TRUE(eventually([&] { return committed_offsets().back() == 2; })) << "the first one has failed, so the next may go";
  for (const auto& pull : broker.requests(code::pull_message)) {
    const auto flags = remoting::pull_request::read(pull.fields).value().sys_flag;
    EXPECT_EQ(flags & remoting::pull_flag::commit_offset, 0) << "a held pull's commit may be taken after a later one";
  }
}

TEST_F(consume_scripted, an_offset_that_did_not_change_is_not_sent_again) {
  log = {"m0"};
  request_timeout = milliseconds{20'000};  // a commit whose answer is late is sent again
  options.commit_period = milliseconds{1};
  start();
  ASSERT_TRUE(eventually([&] { return !committed_offsets().empty() && committed_offsets().back() == 1; }));
  const auto before = committed_offsets().size();
  ASSERT_TRUE(rebalances_again());
  EXPECT_EQ(committed_offsets().size(), before);
}

TEST_F(consume_scripted, stop_is_done_in_time_when_the_broker_says_nothing_any_more) {
  log = {"m0"};
  start();
  ASSERT_TRUE(eventually([&] { return consumer->stats().done == 1; }));
  for (const auto silent : {code::update_consumer_offset, code::unregister_client, code::pull_message}) {
    broker.on(silent, [](const remoting::command&) { return reply::silence(); });
  }
  const auto begun = std::chrono::steady_clock::now();
  (void)consumer->stop(milliseconds{500});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds{10'000});
}

}  // namespace
}  // namespace parley::scripted
