// Requests and their answers: each once, late ones known, nothing kept for ever.
#include <parley/chat/client/pending.hpp>

#include <gtest/gtest.h>

#include <string>

namespace parley::chat {
namespace {

response to(const std::string& request_id) { return response{.request_id = request_id, .response_type = "x", .success = true}; }

TEST(pending_requests, an_answer_reaches_its_request_once) {
  pending_requests table;
  int answers = 0;
  ASSERT_TRUE(table.add("a", [&](result<response> answer) { answers += answer && answer->request_id == "a" ? 1 : 100; }));
  EXPECT_EQ(table.answer(to("a")), answer_match::matched);
  EXPECT_EQ(table.answer(to("a")), answer_match::late);
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(table.size(), 0U);
}

TEST(pending_requests, an_answer_after_the_deadline_is_counted_and_dropped) {
  pending_requests table;
  ASSERT_TRUE(table.add("a", [](result<response>) { FAIL() << "called back after its deadline"; }));
  EXPECT_TRUE(table.give_up("a"));
  EXPECT_FALSE(table.give_up("a"));
  EXPECT_EQ(table.answer(to("a")), answer_match::late);
  EXPECT_EQ(table.late_answers(), 1U);
}

TEST(pending_requests, other_clients_answers_are_no_concern) {
  pending_requests table;
  EXPECT_EQ(table.answer(to("somebody")), answer_match::foreign);
  EXPECT_EQ(table.late_answers(), 0U);
}

TEST(pending_requests, one_id_waits_once_but_may_be_asked_again_later) {
  pending_requests table;
  const auto ignore = [](result<response>) {};
  ASSERT_TRUE(table.add("a", ignore));
  const auto twice = table.add("a", ignore);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, errc::invalid_argument);
  EXPECT_TRUE(table.give_up("a"));
  EXPECT_TRUE(table.add("a", ignore));
  EXPECT_EQ(table.answer(to("a")), answer_match::matched);
}

TEST(pending_requests, refuses_more_than_its_bound) {
  pending_requests table(2);
  const auto ignore = [](result<response>) {};
  ASSERT_TRUE(table.add("a", ignore));
  ASSERT_TRUE(table.add("b", ignore));
  const auto third = table.add("c", ignore);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, errc::overloaded);
}

TEST(pending_requests, ends_all_of_them_with_the_reason) {
  pending_requests table;
  int ended = 0;
  const auto count = [&](result<response> answer) { ended += !answer && answer.error().code == errc::stopped ? 1 : 100; };
  ASSERT_TRUE(table.add("a", count));
  ASSERT_TRUE(table.add("b", count));
  table.end_all(fail(errc::stopped, "stopped"));
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(table.size(), 0U);
}

TEST(pending_requests, a_callback_may_ask_the_next_request) {
  pending_requests table(1);
  bool asked = false;
  ASSERT_TRUE(table.add("a", [&](result<response>) { asked = table.add("b", [](result<response>) {}).has_value(); }));
  EXPECT_EQ(table.answer(to("a")), answer_match::matched);
  EXPECT_TRUE(asked);
}

}  // namespace
}  // namespace parley::chat
