// What waits for the socket: order, coalescing, taking back, bounds.
#include <parley/base/random.hpp>
#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/exchange/frame_buffer.hpp>
#include <parley/remoting/exchange/outbox.hpp>

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace parley::remoting {
namespace {

command numbered(std::int32_t opaque, std::size_t body = 10) {
  command out{.code = 10, .opaque = opaque};
  out.body.assign(body, static_cast<std::uint8_t>(opaque));
  return out;
}

std::size_t encoded_size(const command& in) {
  bytes out;
  EXPECT_TRUE(encode_frame(in, out));
  return out.size();
}

// The opaques that leave until nothing is left.
std::vector<std::int32_t> drain(outbox& from) {
  frame_buffer framing;
  std::vector<std::int32_t> out;
  while (true) {
    const auto run = from.next_run();
    if (run.empty()) break;
    framing.feed(run);
    from.done();
    while (auto frame = framing.next().value()) out.push_back(decode_frame(*frame).value().opaque);
  }
  EXPECT_EQ(framing.size(), 0U);
  EXPECT_EQ(from.unsent_bytes(), 0U);
  return out;
}

TEST(outbox, frames_queued_together_leave_together_and_in_order) {
  outbox box(1'000'000);
  std::size_t total = 0;
  for (std::int32_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(box.push(numbered(i)));
    total += encoded_size(numbered(i));
  }
  EXPECT_EQ(box.unsent_bytes(), total);
  EXPECT_EQ(box.next_run().size(), total);
  EXPECT_EQ(box.unsent_bytes(), total);
  box.done();
  EXPECT_EQ(box.unsent_bytes(), 0U);
  EXPECT_TRUE(box.next_run().empty());
}

TEST(outbox, what_is_queued_during_a_write_does_not_move_the_run_and_leaves_next) {
  outbox box(1'000'000);
  ASSERT_TRUE(box.push(numbered(1)));
  const auto run = box.next_run();
  const bytes before(run.begin(), run.end());
  for (std::int32_t i = 2; i < 500; ++i) ASSERT_TRUE(box.push(numbered(i)));
  EXPECT_EQ(bytes(run.begin(), run.end()), before);
  box.done();
  const auto rest = drain(box);
  EXPECT_EQ(rest.size(), 498U);
  EXPECT_EQ(rest.front(), 2);
}

TEST(outbox, a_frame_is_handed_with_its_first_byte_and_cannot_be_taken_back_then) {
  outbox box(10'000'000);
  const auto large = box.push(numbered(1, 2 * outbox::max_run_bytes)).value();
  const auto next = box.push(numbered(2)).value();
  EXPECT_FALSE(box.handed(large));
  EXPECT_EQ(box.next_run().size(), outbox::max_run_bytes);
  EXPECT_TRUE(box.handed(large));
  EXPECT_FALSE(box.cancel(large));
  EXPECT_FALSE(box.handed(next));
  EXPECT_TRUE(box.cancel(next));
  EXPECT_TRUE(box.cancel(next));
  box.done();
  while (!box.next_run().empty()) box.done();
  EXPECT_EQ(box.unsent_bytes(), 0U);
  EXPECT_EQ(box.frames_handed(), 1U);
}

TEST(outbox, is_bounded_but_lets_any_single_frame_through) {
  outbox box(1000);
  EXPECT_TRUE(box.push(numbered(1, 5000)));
  const auto refused = box.push(numbered(2));
  EXPECT_EQ(refused.error().code, errc::overloaded);
  EXPECT_EQ(drain(box), std::vector{1});
  EXPECT_TRUE(box.push(numbered(3)));
  EXPECT_EQ(box.push(numbered(4, 2000)).error().code, errc::overloaded);
  EXPECT_EQ(drain(box), std::vector{3});
}

TEST(outbox, keeps_nothing_of_a_frame_that_does_not_encode) {
  outbox box(100'000'000);
  ASSERT_TRUE(box.push(numbered(1)));
  EXPECT_EQ(box.push(numbered(2, 17'000'000)).error().code, errc::too_large);
  EXPECT_EQ(drain(box), std::vector{1});
}

TEST(outbox, sends_each_frame_once_unless_taken_back_whatever_the_order_of_events) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    random_source random(seed);
    outbox box(5'000'000);
    frame_buffer framing;
    std::vector<outbox::sequence> numbers;
    std::vector<std::int32_t> expected;
    std::vector<std::int32_t> got;
    std::set<std::int32_t> taken_back;
    const auto write = [&] {
      const auto run = box.next_run();
      framing.feed(run);
      if (!run.empty()) box.done();
      while (auto frame = framing.next().value()) got.push_back(decode_frame(*frame).value().opaque);
      return !run.empty();
    };
    for (int step = 0; step < 200; ++step) {
      switch (random.below(4)) {
        case 0: write(); break;
        case 1: {
          if (numbers.empty()) break;
          const auto which = random.below(numbers.size());
          const bool was_handed = box.handed(numbers[which]);
          ASSERT_EQ(box.cancel(numbers[which]), !was_handed);
          if (!was_handed) taken_back.insert(static_cast<std::int32_t>(which));
          break;
        }
        default: {
          const auto body = random.below(20) == 0 ? 400'000 : random.below(300);
          const auto pushed = box.push(numbered(static_cast<std::int32_t>(numbers.size()), body));
          if (pushed) numbers.push_back(*pushed);
        }
      }
    }
    while (write()) {
    }
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(numbers.size()); ++i) {
      if (!taken_back.contains(i)) expected.push_back(i);
    }
    ASSERT_EQ(got, expected) << seed;
    ASSERT_EQ(box.unsent_bytes(), 0U);
    ASSERT_EQ(box.frames_handed(), expected.size());
  }
}

}  // namespace
}  // namespace parley::remoting
