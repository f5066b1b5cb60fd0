// The service as a whole: batches, refusals, failures of the store, limits.
#include "support_service.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace parley::chat::test {
namespace {

TEST(service, refuses_an_unknown_action_by_name) {
  chat_service chat;
  const auto got = chat.handle("ann", "dance", R"({"x":1})");
  EXPECT_EQ(got.code(), "UNKNOWN_ACTION");
  EXPECT_NE(got.answer.failure->message.find("dance"), std::string::npos);
  EXPECT_EQ(got.raw.volatile_answer->properties.at("response_type"), "dance");
  EXPECT_EQ(got.raw.action, "dance");
  EXPECT_EQ(got.raw.user_id, "ann");
}

TEST(service, answers_a_batch_in_its_order_and_undoes_only_what_is_refused) {
  chat_service chat;
  chat.put_account({.user_id = "bob", .state = "muted"});
  std::vector<request> batch;
  for (int i = 0; i < 30; ++i) {
    const std::string id = "r" + std::to_string(i);
    if (i % 5 == 0) batch.push_back(ask("ann", "nonsense", "{}", id));
    if (i % 5 == 1) batch.push_back(ask("bob", "send_message", R"({"room_id":"r","message":"no"})", id));
    if (i % 5 == 2) batch.push_back(ask("ann", "get_history", R"({"room_id":"r"})", id));
    if (i % 5 == 3) batch.push_back(ask("ann", "send_message", R"({"room_id":"r"})", id));
    if (i % 5 == 4) batch.push_back(ask("ann", "send_message", R"({"room_id":"r","message":")" + id + "\"}", id));
  }
  auto results = chat.inner().handle(batch);
  ASSERT_EQ(results.size(), batch.size());
  std::int64_t seq = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto got = outcome_of(std::move(results[i]));
    EXPECT_EQ(got.answer.request_id, batch[i].request_id);
    const std::vector<std::string> codes{"UNKNOWN_ACTION", "ABNORMAL_USER_STATE", "", "BAD_REQUEST", ""};
    EXPECT_EQ(got.code(), codes[i % 5]);
    if (i % 5 == 4) EXPECT_EQ(got.number("seq"), ++seq);
    if (i % 5 == 2) EXPECT_EQ(got.answer.data.at("messages").as_array().size(), static_cast<std::size_t>(seq));
  }
  EXPECT_EQ(texts_of(chat.kept(), {.room_id = "r"}).size(), 6U);
}

TEST(service, answers_an_empty_batch_with_nothing) {
  chat_service chat;
  EXPECT_TRUE(chat.inner().handle({}).empty());
}

TEST(service, without_its_store_fails_retryably_and_keeps_nothing) {
  const database_file file;
  const auto where = file.open("me", {.patience = milliseconds{20}});
  const set_clock time;
  service decides(*where, standard_actions(), time, random_source(1), milliseconds{30'000});
  const std::vector<request> batch{ask("ann", "send_message", R"({"room_id":"r","message":"x"})", "r1"),
                                   ask("ann", "nonsense", "{}", "r2"), ask("ann", "send_message", R"({"room_id":"r"})", "r3")};
  plain_database other(file.path());
  ASSERT_TRUE(other.run("BEGIN IMMEDIATE"));
  auto results = decides.handle(batch);
  const auto got = outcome_of(std::move(results.at(0)));
  EXPECT_EQ(got.code(), "STORE_UNAVAILABLE");
  EXPECT_TRUE(got.answer.failure->system);
  EXPECT_TRUE(got.answer.failure->retryable);
  EXPECT_GT(got.answer.failure->retry_after_ms, 0);
  EXPECT_EQ(got.raw.result, "system");
  EXPECT_TRUE(got.raw.outbox.empty());
  EXPECT_EQ(outcome_of(std::move(results.at(1))).code(), "UNKNOWN_ACTION");
  EXPECT_EQ(outcome_of(std::move(results.at(2))).code(), "STORE_UNAVAILABLE");
  EXPECT_TRUE(decides.expire_presence().empty());
  ASSERT_TRUE(other.run("ROLLBACK"));
  EXPECT_EQ(outcome_of(std::move(decides.handle(batch).at(0))).number("seq"), 1);
}

TEST(service, survives_an_action_that_throws) {
  const database_file file;
  const auto where = file.open();
  const set_clock time;
  auto actions = standard_actions();
  actions["explode"] = {.name = "explode", .remembered = true, .handle = [](action_context&) -> action_answer {
                          throw std::runtime_error("secret detail");
                        }};
  service decides(*where, actions, time, random_source(1), milliseconds{30'000});
  const std::vector<request> batch{ask("ann", "explode", "{}", "r1"),
                                   ask("ann", "send_message", R"({"room_id":"r","message":"x"})", "r2")};
  auto results = decides.handle(batch);
  const auto broken = outcome_of(std::move(results.at(0)));
  EXPECT_EQ(broken.code(), "INTERNAL_ERROR");
  EXPECT_TRUE(broken.answer.failure->system);
  EXPECT_EQ(broken.answer.failure->message.find("secret"), std::string::npos);
  EXPECT_TRUE(outcome_of(std::move(results.at(1))).answer.success);
}

TEST(service, answers_what_is_no_request_where_its_id_is_known) {
  chat_service chat;
  const auto bad = decode_request(R"({"request_id":"r1","user_id":"","action":"send_message"})").error();
  const auto got = outcome_of(chat.inner().refuse(bad, "client-7"));
  EXPECT_EQ(got.code(), "BAD_REQUEST");
  EXPECT_NE(got.answer.failure->message.find("user_id"), std::string::npos);
  EXPECT_EQ(got.raw.volatile_answer->tag, "client-7");
  EXPECT_EQ(got.raw.volatile_answer->properties.at("response_type"), "send_message");
  const auto large = decode_request(R"({"request_id":"r1","data":")" + std::string(70'000, 'x') + "\"}").error();
  EXPECT_EQ(outcome_of(chat.inner().refuse(large, "")).code(), "TOO_LARGE");
  EXPECT_FALSE(chat.inner().refuse(decode_request("nonsense").error(), "").volatile_answer.has_value());
}

TEST(service, leaves_an_id_that_cannot_be_a_property_out_of_the_properties) {
  chat_service chat;
  for (const std::string id : {R"("")", R"("a\u0001b")"}) {
    const auto bad = decode_request(R"({"user_id":"u","action":"send_message","request_id":)" + id + "}").error();
    const auto got = chat.inner().refuse(bad, "");
    ASSERT_TRUE(got.volatile_answer.has_value());
    EXPECT_FALSE(got.volatile_answer->properties.contains("request_id"));
    EXPECT_TRUE(got.volatile_answer->key.empty());
    EXPECT_NE(got.volatile_answer->body.find(R"("request_id":)" + id), std::string::npos) << got.volatile_answer->body;
  }
}

TEST(service, limits_each_users_rate_when_asked_to) {
  chat_service chat({.requests_per_second = 10, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(chat.send("ann", "r", std::to_string(i)).answer.success);
  const auto got = chat.send("ann", "r", "too much");
  EXPECT_EQ(got.code(), "RATE_LIMITED");
  EXPECT_TRUE(got.answer.failure->retryable);
  EXPECT_EQ(got.answer.failure->retry_after_ms, 100);
  EXPECT_TRUE(chat.send("bob", "r", "mine").answer.success);
  chat.time.now_ms += 100;
  EXPECT_TRUE(chat.send("ann", "r", "later").answer.success);
  EXPECT_EQ(chat.send("ann", "r", "again").code(), "RATE_LIMITED");
}

TEST(service, has_no_rate_limit_of_its_own_accord) {
  chat_service chat;
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(chat.handle("ann", "get_account", "{}").answer.success);
}

TEST(rate_limit, forgets_users_rather_than_grow) {
  rate_limit limit(1, 1);
  const steady_time now{};
  for (int i = 0; i < 30'000; ++i) EXPECT_FALSE(limit.refuse("u" + std::to_string(i), now).has_value());
  EXPECT_TRUE(limit.refuse("u29999", now).has_value());
}

TEST(service, leaves_unpublished_answers_and_events_to_whoever_claims_them_later) {
  chat_service chat;
  const auto sent = chat.send("ann", "r", "hi");
  chat.reopen();
  EXPECT_TRUE(chat.kept().claim_publications(chat.time.now_ms + 30'000, chat.time.now_ms + 60'000, 10).value().empty());
  const auto left = chat.kept().claim_publications(chat.time.now_ms + 30'001, chat.time.now_ms + 60'001, 10).value();
  ASSERT_EQ(left.size(), 3U);
  for (std::size_t i = 0; i < left.size(); ++i) EXPECT_EQ(left[i].body, sent.raw.outbox[i].body);
}

TEST(service, of_two_servers_on_one_file_gives_one_dense_order) {
  const database_file file;
  const auto one = file.open("one");
  const auto other = file.open("other");
  const set_clock time;
  service first(*one, standard_actions(), time, random_source(1), milliseconds{30'000});
  service second(*other, standard_actions(), time, random_source(2), milliseconds{30'000});
  for (std::int64_t i = 0; i < 40; ++i) {
    auto& turn = i % 3 == 0 ? first : second;
    const std::vector<request> batch{ask("ann", "send_message", R"({"room_id":"r","message":"x"})", "r" + std::to_string(i)),
                                     ask("ann", "send_message", R"({"room_id":"r","message":"x"})", "r" + std::to_string(i / 2))};
    EXPECT_EQ(outcome_of(std::move(turn.handle(batch).at(0))).answer.data.at("seq").as_int64(), i + 1);
  }
}

}  // namespace
}  // namespace parley::chat::test
