// What the server makes of a message's body and properties together.
#include <parley/chat/server/intake.hpp>

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace parley::chat {
namespace {

rocketmq::received_message message_with(std::string body, std::string request_id_property) {
  rocketmq::received_message out;
  out.body = std::move(body);
  if (!request_id_property.empty()) out.properties.emplace("request_id", std::move(request_id_property));
  return out;
}

bad_request refused(const rocketmq::received_message& message) {
  auto what = read_request(message);
  const auto* bad = std::get_if<refusal>(&what);
  return bad == nullptr ? bad_request{} : bad->what;
}

TEST(server_intake, answers_under_the_id_of_the_property_where_the_body_has_none) {
  const auto bad = refused(message_with("no JSON", "req_1"));
  EXPECT_TRUE(bad.answerable);
  EXPECT_EQ(bad.request_id, "req_1");
}

TEST(server_intake, answers_under_the_id_of_the_body_even_when_it_is_empty) {
  const auto bad = refused(message_with(R"({"request_id":"","user_id":"u","action":"a"})", "req_1"));
  EXPECT_TRUE(bad.answerable);
  EXPECT_EQ(bad.request_id, "");
}

TEST(server_intake, cannot_answer_where_neither_has_an_id) { EXPECT_FALSE(refused(message_with("{}", "")).answerable); }

TEST(server_intake, does_not_answer_under_an_id_that_is_none) { EXPECT_FALSE(refused(message_with("{}", "a\nb")).answerable); }

}  // namespace
}  // namespace parley::chat
