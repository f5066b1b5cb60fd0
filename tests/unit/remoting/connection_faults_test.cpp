// Network failure at every byte, and thousands of seeded interleavings: each call completes once, and truthfully.
#include "unit/remoting/wire.hpp"

#include <parley/base/random.hpp>
#include <parley/io/deadline.hpp>
#include <parley/io/task_gate.hpp>

#include <map>
#include <set>
#include <utility>

namespace parley::remoting {
namespace {

using io::far_away;
using io::run;
using io::settle;

// Answers everything until the stream ends.
io::task<> serve(far_end& far) {
  while (true) {
    auto request = co_await far.receive();
    if (!request) break;
    co_await far.answer(*request, request->code + 1000);
  }
}

io::task<> expect_failure_at(boost::asio::io_context& context, io::testing::fake_script near, std::size_t position,
                             std::size_t& failed) {
  wire over(context, {}, std::move(near));
  over.start();
  io::task_gate gate(context.get_executor());
  gate.spawn(serve(over.far));
  outcomes got;
  for (int i = 0; i < 3; ++i) over.near->call(request_of(i), far_away(), got.next());
  for (int round = 0; round < 100 && got.size() < 3; ++round) co_await settle();
  const bool broke = over.near->closed();
  // Something that is queued after the end provably was not sent.
  over.near->call(request_of(7), far_away(), got.next());
  for (int round = 0; round < 100 && got.size() < 4; ++round) co_await settle();
  EXPECT_EQ(got.size(), 4U) << position;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const auto& one = got.all[i];
    if (one.answer) {
      EXPECT_GE(one.answer->code, 1000);
      EXPECT_TRUE(one.written);
      continue;
    }
    ++failed;
    EXPECT_EQ(one.answer.error().code, errc::disconnected) << position;
  }
  EXPECT_EQ(over.closed().size(), broke ? 1U : 0U);
  if (broke) {
    EXPECT_FALSE(got.all.back().written);
  }
  const bool ended = co_await gate.stop(far_away());
  EXPECT_TRUE(ended);
}

TEST(connection_faults, the_stream_may_break_at_every_byte_that_is_read) {
  std::size_t failed = 0;
  const std::size_t whole = 3 * frame_bytes(respond_to(request_of(1), 1001)).size();
  for (std::size_t position = 0; position <= whole; ++position) {
    run([&, position](boost::asio::io_context& context) -> io::task<> {
      io::testing::fake_script script{.read_most = 5, .break_after_read = position};
      co_await expect_failure_at(context, std::move(script), position, failed);
    });
  }
  EXPECT_GT(failed, whole);
}

TEST(connection_faults, the_stream_may_break_at_every_byte_that_is_written) {
  std::size_t failed = 0;
  const std::size_t whole = 3 * frame_bytes(request_of(1)).size();
  for (std::size_t position = 0; position <= whole; ++position) {
    run([&, position](boost::asio::io_context& context) -> io::task<> {
      io::testing::fake_script script{.write_step = 7, .break_after_written = position};
      co_await expect_failure_at(context, std::move(script), position, failed);
    });
  }
  EXPECT_GT(failed, whole);
}

// What one seed did, for a count of what all of them reached.
struct tally {
  std::map<std::string, std::size_t> of;
  void add(const std::string& what) { ++of[what]; }
};

struct record {
  std::int32_t code{0};
  int completed{0};
  bool inside_call{false};
  std::optional<call_outcome> outcome{};
};

class scenario {
 public:
  scenario(boost::asio::io_context& context, std::uint64_t seed, tally& counts)
      : random_(seed),
        counts_(counts),
        context_(context),
        over_(context, connection_options{.max_pending = 1 + random_.below(12), .max_unsent_bytes = 200 + random_.below(5'000)},
              script(), script()),
        calls_(context.get_executor()),
        far_(context.get_executor()) {}

  io::task<> play() {
    over_.start([this](const std::shared_ptr<connection>& which, const command& request) { return on_request(which, request); });
    far_.spawn(be_the_far_end());
    const auto steps = 5 + random_.below(40);
    for (std::uint64_t step = 0; step < steps; ++step) co_await act();
    if (random_.below(2) == 0) co_await settle();
    over_.near->close(fail(errc::stopped, "the end"));
    for (int round = 0; round < 50 && !all_completed(); ++round) co_await settle();
    const bool calls_ended = co_await calls_.stop(far_away());
    EXPECT_TRUE(calls_ended);
    over_.far.close();
    const bool far_ended = co_await far_.stop(far_away());
    EXPECT_TRUE(far_ended);
    check();
  }

 private:
  io::testing::fake_script script() {
    io::testing::fake_script out;
    if (random_.below(3) > 0) out.chaos = random_source(random_.next());
    if (random_.below(4) == 0) out.read_most = 1 + random_.below(30);
    if (random_.below(4) == 0) out.write_step = 1 + random_.below(30);
    if (random_.below(8) == 0) out.break_after_read = random_.below(2'000);
    if (random_.below(8) == 0) out.break_after_written = random_.below(2'000);
    return out;
  }

  std::optional<command> on_request(const std::shared_ptr<connection>& which, const command& request) {
    counts_.add("asked by the peer");
    if (random_.below(20) == 0) which->close(fail(errc::stopped, "by the handler"));
    if (random_.below(3) == 0) return std::nullopt;
    return respond_to(request, response_code::success);
  }

  steady_time some_deadline() {
    const auto now = std::chrono::steady_clock::now();
    if (random_.below(6) == 0) return now + std::chrono::microseconds(random_.below(300));
    return now + std::chrono::seconds(30);
  }

  record& new_call() {
    const auto code = static_cast<std::int32_t>(records_.size());
    records_.push_back(std::make_unique<record>(record{.code = code}));
    return *records_.back();
  }

  void complete(record& which, call_outcome outcome) {
    which.inside_call = which.inside_call || calling_;
    ++which.completed;
    which.outcome = std::move(outcome);
    if (random_.below(10) == 0) call_back();
    if (random_.below(60) == 0) over_.near->close(fail(errc::stopped, "by a completion"));
  }

  void call_back() {
    if (records_.size() > 80) return;
    auto& which = new_call();
    const bool outer = std::exchange(calling_, true);
    over_.near->call(request_of(which.code, "t", random_.below(200)), some_deadline(),
                     [this, &which](call_outcome outcome) { complete(which, std::move(outcome)); });
    calling_ = outer;
  }

  io::task<> call_and_record(record& which, command request, steady_time deadline) {
    auto outcome = co_await over_.near->call(std::move(request), deadline);
    complete(which, std::move(outcome));
  }

  io::task<> act() {
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: call_back(); break;
      case 5:
      case 6: {
        auto& which = new_call();
        calls_.spawn(call_and_record(which, request_of(which.code), some_deadline()));
        break;
      }
      case 7: {
        const auto sent = over_.near->send_oneway(request_of(-1));
        counts_.add(sent ? "oneway sent" : "oneway refused");
        break;
      }
      case 8: over_.pair.near_script->stuck = !over_.pair.near_script->stuck; break;
      case 9:
        if (random_.below(8) == 0) over_.near->close(fail(errc::internal, "by the scenario"));
        break;
      case 10:
        if (random_.below(40) == 0) co_await io::sleep_for(milliseconds(1));
        break;
      default: {
        const auto executor = context_.get_executor();
        for (auto left = random_.below(6); left > 0; --left) co_await boost::asio::post(executor, boost::asio::use_awaitable);
      }
    }
  }

  io::task<> be_the_far_end() {
    std::vector<command> held;
    while (true) {
      auto request = co_await over_.far.receive();
      if (!request) break;
      if (request->is_response()) continue;
      if (request->code >= 0) EXPECT_TRUE(received_.insert(request->code).second) << "received twice";
      if (request->is_oneway()) continue;
      auto choice = random_.below(20);
      if (choice < 11) co_await over_.far.answer(*request, request->code + 1000);
      if (choice == 11 || choice == 12) {
        co_await over_.far.answer(*request, request->code + 1000);
        co_await over_.far.answer(*request, request->code + 1000);
        counts_.add("answered twice");
      }
      if (choice == 13 || choice == 14) held.push_back(*request);
      if (choice == 15) {
        auto unknown = *request;
        unknown.opaque += 100'000;
        co_await over_.far.answer(unknown);
      }
      if (choice == 16) {
        auto raw = frame_bytes(command{.code = 40, .opaque = request->opaque});
        co_await over_.far.send(std::move(raw));
      }
      if (choice == 17 && !held.empty()) {
        const auto late = held[random_.below(held.size())];
        co_await over_.far.answer(late, late.code + 1000);
        counts_.add("answered late");
      }
      if (choice == 18 && random_.below(5) == 0) {
        bytes garbage(1 + random_.below(30));
        for (auto& byte : garbage) byte = static_cast<std::uint8_t>(random_.next());
        co_await over_.far.send(std::move(garbage));
        counts_.add("garbage");
      }
      if (choice == 19 && random_.below(5) == 0) {
        over_.far.close();
        break;
      }
    }
  }

  [[nodiscard]] bool all_completed() const {
    for (const auto& one : records_) {
      if (one->completed == 0) return false;
    }
    return true;
  }

  void check() {
    for (const auto& one : records_) {
      ASSERT_EQ(one->completed, 1) << one->code;
      EXPECT_FALSE(one->inside_call);
      const auto& outcome = *one->outcome;
      counts_.add(outcome.answer ? "answered"
                                 : std::string(name_of(outcome.answer.error().code)) + (outcome.written ? ", written" : ""));
      if (outcome.answer) {
        EXPECT_EQ(outcome.answer->code, one->code + 1000) << "somebody else's answer";
        EXPECT_TRUE(outcome.written);
      }
      if (!outcome.written)
        EXPECT_FALSE(received_.contains(one->code)) << one->code << " arrived but is said not to have been written";
    }
    EXPECT_EQ(over_.near->pending(), 0U);
    EXPECT_EQ(over_.closed().size(), 1U);
  }

  random_source random_;
  tally& counts_;
  boost::asio::io_context& context_;
  wire over_;
  io::task_gate calls_;
  io::task_gate far_;
  std::vector<std::unique_ptr<record>> records_;
  std::set<std::int32_t> received_;
  bool calling_{false};
};

class interleavings : public testing::TestWithParam<std::uint64_t> {};

TEST_P(interleavings, complete_each_call_once_and_truthfully) {
  constexpr std::uint64_t seeds = 1'000;
  tally counts;
  for (std::uint64_t seed = GetParam() * seeds; seed < (GetParam() + 1) * seeds; ++seed) {
    SCOPED_TRACE(seed);
    run([&](boost::asio::io_context& context) -> io::task<> {
      scenario one(context, seed, counts);
      co_await one.play();
    });
    if (HasFailure()) break;
  }
  // A run that did not reach these would prove nothing.
  for (const auto* what :
       {"answered", "timed_out", "timed_out, written", "disconnected, written", "stopped", "stopped, written", "overloaded",
        "answered twice", "answered late", "garbage", "asked by the peer", "oneway sent", "oneway refused"}) {
    EXPECT_GT(counts.of[what], 0U) << what;
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, interleavings, testing::Range<std::uint64_t>(0, 10));

}  // namespace
}  // namespace parley::remoting
