// How a queue is taken, kept and given away: locks, last commits and loops that stand still, with a member's periods shortened.
#include "unit/rocketmq/consume_scripted_group.hpp"

#include "consume/group_consumer.hpp"
#include "core/run_on_core.hpp"

#include <parley/remoting/codec/bodies/offsets.hpp>

#include <atomic>
#include <future>
#include <memory>

namespace parley::scripted {
namespace {

namespace code = remoting::request_code;
namespace answer = remoting::response_code;
using rocketmq::consume::member_timing;
using counter = std::atomic<int>;
constexpr milliseconds long_enough{20'000};

class consume_handover : public scripted_group {
 protected:
  consume_handover() {
    options.order = rocketmq::consume_order::orderly;
    options.commit_period = milliseconds{60'000};
  }

  void TearDown() override {
    let_handlers_end();
    broker.answer_held();
    if (owner) (void)owner->stop(milliseconds{2000});
  }

  void start_member() {
    owner.emplace(rocketmq::client_options{.name_servers = broker.address().to_string(),
                                           .request_timeout = request_timeout,
                                           .route_refresh_period = milliseconds{50},
                                           .log = logger(lines)});
    ASSERT_TRUE(owner->start());
    rocketmq::consume::message_handlers handlers;
    handlers.blocking = [this](const rocketmq::received_message& message) {
      {
        const std::lock_guard lock(mutex);
        handled.push_back(message);
      }
      holds_handlers.wait(true);
      return rocketmq::consume_verdict::done;
    };
    auto made = rocketmq::consume::group_consumer::make(owner->internals(), options, std::move(handlers), timing);
    ASSERT_TRUE(made);
    member = *made;
    owner->internals()->post([begun = member] { begun->begin(); });
  }
  result<void> stop_member(milliseconds patience = long_enough) {
    const auto core = owner->internals();
    const auto until = core->time().steady_now() + patience;
    return rocketmq::core::run_blocking<result<void>>(core, until, [live = member, until] { return live->stop(until); });
  }
  /// The generation of the one queue, or 0 while there is none.
  [[nodiscard]] std::uint64_t generation() const {
    const auto all = member->progress();
    return all.empty() ? 0 : all.front().generation;
  }
  [[nodiscard]] bool has_handled(std::size_t count) const { return member->stats().done >= count; }

  void let_handlers_end() {
    holds_handlers = false;
    holds_handlers.notify_all();
  }

  std::atomic<bool> holds_handlers{false};
  member_timing timing;
  std::shared_ptr<rocketmq::consume::group_consumer> member;
};

TEST_F(consume_handover, a_loop_that_stands_still_is_given_up_for_a_new_one) {
  timing.stall_limit = milliseconds{30};
  options.broker_hold = milliseconds{0};
  start_member();
  ASSERT_TRUE(eventually([&] { return pulled_offsets().size() == 1; })) << "and this pull is never answered";
  ASSERT_TRUE(eventually([&] {
    tell_of_members();
    return generation() >= 2;
  }));
  EXPECT_GE(member->stats().stalls, 1U);
  EXPECT_TRUE(lines->has("stands still"));
  EXPECT_TRUE(eventually([&] { return pulled_offsets().size() >= 2; }));
}

TEST_F(consume_handover, a_lock_that_a_renewal_does_not_get_is_lost) {
  log = {"m0"};
  timing.lock_renewal = milliseconds{20};
  const auto refuses = std::make_shared<std::atomic<bool>>(false);
  broker.on(code::lock_batch_mq, [refuses](const remoting::command& request) { return *refuses ? refuse_locks() : grant(request); });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1); }));
  const auto renewals = broker.asked(code::lock_batch_mq);
  ASSERT_TRUE(eventually([&] { return broker.asked(code::lock_batch_mq) > renewals + 1; }));
  EXPECT_EQ(generation(), 1U) << "a renewal that is granted changes nothing";
  *refuses = true;
  ASSERT_TRUE(eventually([&] { return lines->has("the lock of a queue is lost"); }));
  const auto pulls = pulled_offsets().size();
  const auto asked = broker.asked(code::lock_batch_mq);
  ASSERT_TRUE(eventually([&] { return broker.asked(code::lock_batch_mq) > asked + 1; }));
  EXPECT_EQ(pulled_offsets().size(), pulls) << "nothing is read before the lock is ours again";
  EXPECT_TRUE(committed_offsets().empty()) << "the offset is the new owner's to say";
  *refuses = false;
  EXPECT_TRUE(eventually([&] { return generation() >= 2 && pulled_offsets().size() > pulls; }));
}

TEST_F(consume_handover, a_lock_is_lost_when_no_renewal_is_answered_for_its_lease) {
  log = {"m0"};
  timing.lock_renewal = milliseconds{20};
  timing.lock_lease = milliseconds{200};
  request_timeout = milliseconds{50};
  const auto silent = std::make_shared<std::atomic<bool>>(false);
  broker.on(code::lock_batch_mq, [silent](const remoting::command& request) { return *silent ? reply::silence() : grant(request); });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1); }));
  *silent = true;
  ASSERT_TRUE(eventually([&] { return lines->has("the lock of a queue is lost"); }));
  EXPECT_TRUE(committed_offsets().empty());
  *silent = false;
  EXPECT_TRUE(eventually([&] { return generation() >= 2; }));
}

TEST_F(consume_handover, a_lock_that_is_refused_is_somebody_elses_whatever_was_not_answered_before) {
  log = {"m0"};
  const auto asked = std::make_shared<counter>(0);
  broker.on(code::lock_batch_mq, [asked](const remoting::command&) { return (*asked)++ == 0 ? reply::silence() : refuse_locks(); });
  start_member();
  ASSERT_TRUE(eventually([&] { return *asked >= 4; }));
  EXPECT_TRUE(pulled_offsets().empty());
  EXPECT_EQ(broker.asked(code::query_consumer_offset), 0U);
}

TEST_F(consume_handover, a_lock_is_not_given_back_while_its_renewal_is_on_its_way) {
  log = {"m0"};
  timing.lock_renewal = milliseconds{20};
  request_timeout = long_enough;
  const auto asked = std::make_shared<counter>(0);
  broker.on(code::lock_batch_mq, [asked](const remoting::command& request) {
    return (*asked)++ == 0 ? grant(request) : reply::later(grant(request));
  });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1) && *asked == 2; }));
  list_another();
  tell_of_members();
  ASSERT_TRUE(eventually([&] { return committed_offsets().size() == 1; }));
  ASSERT_TRUE(rebalances_again(3));
  EXPECT_EQ(broker.asked(code::unlock_batch_mq), 0U) << "the broker may take the renewal after it";
  broker.answer_held();
  EXPECT_TRUE(eventually([&] { return broker.asked(code::unlock_batch_mq) == 1; }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(*asked, 2) << "and nothing locks it again";
}

TEST_F(consume_handover, a_lock_that_was_perhaps_taken_is_given_back_twice) {
  broker.on(code::lock_batch_mq, [](const remoting::command&) { return reply::silence(); });
  start_member();
  ASSERT_TRUE(eventually([&] { return broker.asked(code::lock_batch_mq) >= 1; }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(broker.asked(code::unlock_batch_mq), 2U) << "the broker may have taken the lock beside the first";
}

TEST_F(consume_handover, an_unlock_is_sent_again_until_it_is_answered) {
  const auto asked = std::make_shared<counter>(0);
  broker.on(code::unlock_batch_mq, [asked](const remoting::command&) {
    switch ((*asked)++) {
      case 0: return reply::code(answer::system_busy, "dropped");
      case 1: return reply::hang_up();
      case 2: return reply::silence();
      default: return reply::code(0);
    }
  });
  start_member();
  ASSERT_TRUE(eventually([&] { return pulled_offsets().size() == 1; }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(*asked, 4);
}

TEST_F(consume_handover, an_unlock_that_is_refused_is_not_repeated) {
  broker.on(code::unlock_batch_mq, [](const remoting::command&) { return reply::code(answer::system_error, "no"); });
  start_member();
  ASSERT_TRUE(eventually([&] { return pulled_offsets().size() == 1; }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(broker.asked(code::unlock_batch_mq), 1U);
}

TEST_F(consume_handover, the_last_commit_waits_for_the_one_on_its_way_also_when_it_says_nothing) {
  log = {"m0", "m1"};
  options.commit_period = milliseconds{20};
  request_timeout = long_enough;
  broker.on(code::update_consumer_offset, [](const remoting::command&) { return reply::later(reply::code(0)); });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(2) && committed_offsets().size() == 1; }));
  remoting::command order{.code = code::reset_consumer_client_offset};
  order.fields.set("topic", "t");
  order.fields.set("group", "g");
  order.fields.set("timestamp", std::int64_t{0});
  order.fields.set("isForce", true);
  order.body = remoting::offset_table{.offsets = {{{"t", "a", 0}, 1}}}.encode().value();
  broker.tell_all(order);
  ASSERT_TRUE(rebalances_again(3));
  EXPECT_EQ(broker.asked(code::unlock_batch_mq), 0U) << "what is reset is not to be overtaken by an old commit";
  broker.on(code::update_consumer_offset, [](const remoting::command&) { return reply::code(0); });
  broker.answer_held();
  EXPECT_TRUE(eventually([&] { return has_handled(3); }));
  EXPECT_EQ(generation(), 2U);
}

TEST_F(consume_handover, the_last_commit_is_tried_again_under_the_lock) {
  log = {"m0"};
  const auto commits = std::make_shared<counter>(0);
  const auto commits_at_unlock = std::make_shared<counter>(0);
  broker.on(code::update_consumer_offset, [commits](const remoting::command&) {
    switch ((*commits)++) {
      case 0: return reply::code(answer::system_busy, "dropped");
      case 1: return reply::hang_up();
      default: return reply::code(0);
    }
  });
  broker.on(code::unlock_batch_mq, [commits, commits_at_unlock](const remoting::command&) {
    *commits_at_unlock = commits->load();
    return reply::code(0);
  });
  broker.on(code::query_consumer_offset, [commits](const remoting::command&) { return offset_reply(*commits > 2 ? 1 : 0); });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1); }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(*commits_at_unlock, 3);
  EXPECT_EQ(committed_offsets(), (std::vector<std::int64_t>{1, 1, 1}));
}

TEST_F(consume_handover, the_last_commit_is_made_sure_of_when_an_earlier_one_was_given_up) {
  log = {"m0"};
  options.commit_period = milliseconds{20};
  const auto silent = std::make_shared<std::atomic<bool>>(true);
  const auto queries = std::make_shared<counter>(0);
  broker.on(code::update_consumer_offset, [silent](const remoting::command&) {
    return silent->exchange(false) ? reply::silence() : reply::code(0);
  });
  // The first is for where to begin; then the commit that was given up has been taken after the last one.
  broker.on(code::query_consumer_offset, [queries](const remoting::command&) {
    ++*queries;
    return offset_reply(0);
  });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1) && committed_offsets().size() == 1; }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(*queries, 2);
  const auto commits = committed_offsets();
  ASSERT_EQ(commits.size(), 3U);
  EXPECT_EQ(commits[1], 1);
  EXPECT_EQ(commits[2], 1);
}

TEST_F(consume_handover, a_last_commit_that_is_refused_is_not_repeated) {
  log = {"m0"};
  broker.on(code::update_consumer_offset, [](const remoting::command&) { return reply::code(answer::system_error, "no"); });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1); }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(committed_offsets().size(), 1U);
  EXPECT_EQ(broker.asked(code::unlock_batch_mq), 1U);
}

TEST_F(consume_handover, a_concurrent_queue_is_given_away_after_one_last_commit) {
  log = {"m0"};
  options.order = rocketmq::consume_order::concurrent;
  broker.on(code::update_consumer_offset, [](const remoting::command&) { return reply::code(answer::system_busy, "dropped"); });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1); }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(committed_offsets().size(), 1U);
}

TEST_F(consume_handover, a_lock_is_renewed_while_a_stop_waits_for_the_handler) {
  log = {"m0"};
  timing.lock_renewal = milliseconds{20};
  holds_handlers = true;
  start_member();
  ASSERT_TRUE(eventually([&] { return bodies().size() == 1; }));
  auto stopped = std::async(std::launch::async, [this] { return stop_member(); });
  const auto renewals = broker.asked(code::lock_batch_mq);
  EXPECT_TRUE(eventually([&] { return broker.asked(code::lock_batch_mq) > renewals + 10; }));
  let_handlers_end();
  EXPECT_TRUE(stopped.get());
  EXPECT_EQ(committed_offsets(), (std::vector<std::int64_t>{1}));
}

class consume_two_brokers : public consume_handover {
 protected:
  consume_two_brokers() {
    serve_group(*other);
    serve_routes(broker, {{"t", route_reply({{"a", broker.address()}, {"b", other->address()}})}});
  }
  void TearDown() override {
    if (other) other->answer_held();
    consume_handover::TearDown();
  }
  [[nodiscard]] static std::set<std::string> brokers_named(const std::vector<remoting::command>& requests) {
    std::set<std::string> out;
    for (const auto& one : requests) {
      for (const auto& queue : remoting::lock_request::decode(one.body).value().queues) out.insert(queue.broker_name);
    }
    return out;
  }

  std::unique_ptr<peer> other{std::make_unique<peer>()};
};

TEST_F(consume_two_brokers, each_is_asked_for_its_own_queues_only) {
  using names = std::set<std::string>;
  log = {"m0"};
  timing.lock_renewal = milliseconds{20};
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(2); }));
  const auto renewals = other->asked(code::lock_batch_mq);
  ASSERT_TRUE(eventually([&] { return other->asked(code::lock_batch_mq) > renewals; }));
  ASSERT_TRUE(stop_member());
  EXPECT_EQ(brokers_named(broker.requests(code::lock_batch_mq)), names{"a"});
  EXPECT_EQ(brokers_named(other->requests(code::lock_batch_mq)), names{"b"});
  for (const auto* one : {&broker, other.get()}) {
    EXPECT_EQ(one->asked(code::update_consumer_offset), 1U);
    EXPECT_EQ(one->asked(code::unlock_batch_mq), 1U);
    EXPECT_EQ(one->asked(code::unregister_client), 1U);
  }
}

TEST_F(consume_two_brokers, a_silent_one_holds_up_only_its_own_queue) {
  log = {"m0"};
  other->on(code::lock_batch_mq, [](const remoting::command&) { return reply::silence(); });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(1) && other->asked(code::lock_batch_mq) >= 2; }));
  EXPECT_EQ(other->asked(code::pull_message), 0U);
}

TEST_F(consume_two_brokers, the_queues_of_one_that_left_the_route_are_kept) {
  start_member();
  ASSERT_TRUE(eventually([&] { return broker.asked(code::pull_message) == 1 && other->asked(code::pull_message) == 1; }));
  serve_routes(broker, {{"t", route_reply({{"a", broker.address()}})}});
  const auto asked = broker.asked(code::get_route_info_by_topic);
  ASSERT_TRUE(eventually([&] { return broker.asked(code::get_route_info_by_topic) > asked + 1; }));
  ASSERT_TRUE(rebalances_again(2));
  EXPECT_EQ(member->progress().size(), 2U) << "it may be restarting";
}

TEST_F(consume_two_brokers, a_queue_that_is_given_away_is_in_no_later_renewal) {
  log = {"m0"};
  timing.lock_renewal = milliseconds{20};
  request_timeout = long_enough;
  const auto asked = std::make_shared<counter>(0);
  broker.on(code::lock_batch_mq, [asked](const remoting::command& request) {
    return (*asked)++ == 0 ? grant(request) : reply::later(grant(request));
  });
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(2) && *asked == 2; }));
  list_another("~");  // the second queue goes to whoever comes last
  tell_of_members();
  ASSERT_TRUE(eventually([&] { return other->asked(code::unlock_batch_mq) == 1; }));
  const auto before = other->asked(code::lock_batch_mq);
  broker.answer_held();
  ASSERT_TRUE(eventually([&] { return *asked == 3; })) << "the round of renewals goes on";
  EXPECT_EQ(other->asked(code::lock_batch_mq), before);
}

TEST_F(consume_two_brokers, a_stop_does_not_wait_for_one_that_is_down) {
  log = {"m0"};
  start_member();
  ASSERT_TRUE(eventually([&] { return has_handled(2); }));
  other.reset();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(stop_member());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, long_enough / 2);
  EXPECT_EQ(broker.asked(code::unlock_batch_mq), 1U);
}

}  // namespace
}  // namespace parley::scripted
