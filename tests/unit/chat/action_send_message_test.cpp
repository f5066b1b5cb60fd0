// send_message: what is kept, published and answered, once, and what refuses it.
#include "support_service.hpp"

#include <parley/chat/contract/timestamp.hpp>

#include <gtest/gtest.h>

namespace parley::chat::test {
namespace {

TEST(send_message, answers_with_the_messages_id_seq_and_time) {
  chat_service chat;
  const auto got = chat.send("ann", "r", "hi");
  EXPECT_TRUE(got.answer.success);
  EXPECT_EQ(got.text("status"), "sent");
  EXPECT_TRUE(got.text("message_id").starts_with("msg_"));
  EXPECT_EQ(got.number("seq"), 1);
  EXPECT_EQ(got.text("timestamp"), "2024-01-01T12:00:00.123Z");
  EXPECT_FALSE(got.flag("duplicate"));
  EXPECT_EQ(got.raw.result, "ok");
  EXPECT_FALSE(got.raw.volatile_answer.has_value());
  EXPECT_EQ(got.raw.outbox.front().what, publication::kind::response) << "the answer goes out first";
  EXPECT_EQ(chat.send("ann", "r", "again").number("seq"), 2);
  EXPECT_EQ(chat.send("ann", "other", "hi").number("seq"), 1);
}

TEST(send_message, tells_everyone_with_the_same_id_seq_and_time) {
  chat_service chat;
  chat.send("ann", "r", "first");
  const auto got = chat.send("ann", "r", "hi");
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].type, "message_sent");
  EXPECT_EQ(got.events[0].user_id, "ann");
  EXPECT_EQ(got.events[0].message, "hi");
  EXPECT_EQ(got.events[0].room_id, "r");
  EXPECT_EQ(got.events[0].message_id, got.text("message_id"));
  EXPECT_EQ(got.events[0].seq, 2);
  EXPECT_EQ(got.events[0].timestamp, got.text("timestamp"));
}

TEST(send_message, addresses_what_it_publishes) {
  chat_service chat;
  auto asked = ask("ann", "send_message", R"({"room_id":"r","message":"hi"})", "req_1");
  asked.reply_to = "client-7";
  asked.trace_id = "t1";
  const auto got = chat.handle(asked);
  ASSERT_EQ(got.raw.outbox.size(), 3U) << "answer, user_join, message_sent";
  const auto& answer = got.raw.outbox[0];
  EXPECT_EQ(answer.tag, "client-7");
  EXPECT_EQ(answer.key, "req_1");
  EXPECT_EQ(answer.properties, (std::map<std::string, std::string, std::less<>>{
                                   {"request_id", "req_1"}, {"response_type", "send_message"}, {"trace_id", "t1"}}));
  const auto& sent = got.raw.outbox[2];
  EXPECT_EQ(sent.tag, "message_sent");
  EXPECT_EQ(sent.key, got.text("message_id"));
  EXPECT_EQ(sent.queue_key, "r");
  EXPECT_EQ(sent.properties, (std::map<std::string, std::string, std::less<>>{
                                 {"event_type", "message_sent"}, {"user_id", "ann"}, {"trace_id", "t1"}}));
  for (const auto& one : got.raw.outbox) EXPECT_GT(one.id, 0);
  EXPECT_EQ(chat.kept().outbox_size().value(), 3);
}

TEST(send_message, to_a_foreign_client_has_no_tag) {
  chat_service chat;
  EXPECT_TRUE(chat.send("ann", "r", "hi").raw.outbox.front().tag.empty());
}

TEST(send_message, with_a_blank_in_its_id_has_no_key_but_the_property) {
  chat_service chat;
  const auto got = chat.handle(ask("ann", "send_message", R"({"room_id":"r","message":"hi"})", "my id"));
  EXPECT_TRUE(got.raw.outbox[0].key.empty());
  EXPECT_EQ(got.raw.outbox[0].properties.at("request_id"), "my id");
  EXPECT_EQ(got.answer.request_id, "my id");
}

TEST(send_message, makes_the_sender_a_member_and_says_so_once) {
  chat_service chat;
  const auto first = chat.send("ann", "r", "hi");
  ASSERT_EQ(first.events.size(), 2U);
  EXPECT_EQ(first.events[0].type, "user_join");
  EXPECT_EQ(first.events[0].reason, "membership");
  EXPECT_EQ(first.events[0].room_id, "r");
  EXPECT_EQ(first.events[0].seq, 0);
  EXPECT_TRUE(first.events[0].message_id.starts_with("evt_"));
  EXPECT_EQ(chat.send("ann", "r", "again").events.size(), 1U);
  EXPECT_EQ(chat.handle("bob", "list_members", R"({"room_id":"r"})").answer.data.at("members").as_array().size(), 1U);
}

TEST(send_message, asked_again_is_stored_once_and_answered_alike) {
  chat_service chat;
  const auto asked = ask("ann", "send_message", R"({"room_id":"r","message":"hi"})", "req_1");
  const auto first = chat.handle(asked);
  for (int again = 0; again < 3; ++again) {
    chat.time.now_ms += 5000;
    auto repeated = asked;
    repeated.reply_to = "elsewhere";
    const auto got = chat.handle(repeated);
    EXPECT_TRUE(got.answer.success);
    EXPECT_TRUE(got.raw.duplicate);
    EXPECT_TRUE(got.flag("duplicate"));
    EXPECT_EQ(got.text("message_id"), first.text("message_id"));
    EXPECT_EQ(got.number("seq"), 1);
    EXPECT_EQ(got.text("timestamp"), first.text("timestamp"));
    EXPECT_TRUE(got.events.empty());
    EXPECT_TRUE(got.raw.outbox.empty());
    EXPECT_EQ(got.raw.volatile_answer->tag, "elsewhere") << "whoever asks again is answered";
    chat.reopen();
  }
  EXPECT_EQ(chat.send("ann", "r", "next").number("seq"), 2);
}

TEST(send_message, with_one_id_and_another_content_or_sender_lives) {
  chat_service chat;
  EXPECT_EQ(chat.handle(ask("ann", "send_message", R"({"room_id":"r","message":"one"})", "req_1")).number("seq"), 1);
  EXPECT_EQ(chat.handle(ask("ann", "send_message", R"({"room_id":"r","message":"two"})", "req_1")).number("seq"), 2);
  EXPECT_EQ(chat.handle(ask("bob", "send_message", R"({"room_id":"r","message":"one"})", "req_1")).number("seq"), 3);
  EXPECT_TRUE(chat.handle(ask("ann", "send_message", R"({"message":"two","room_id":"r"})", "req_1")).flag("duplicate"))
      << "the order of fields says nothing";
}

TEST(send_message, twice_in_one_batch_is_stored_once) {
  chat_service chat;
  const std::vector<request> batch(3, ask("ann", "send_message", R"({"room_id":"r","message":"hi"})", "req_1"));
  const auto got = chat.inner().handle(batch);
  ASSERT_EQ(got.size(), 3U);
  EXPECT_FALSE(got[0].duplicate);
  EXPECT_TRUE(got[1].duplicate);
  EXPECT_TRUE(got[2].duplicate);
  EXPECT_EQ(chat.send("ann", "r", "next").number("seq"), 2);
}

TEST(send_message, names_the_field_that_is_wrong) {
  chat_service chat;
  for (const auto& [field, data] :
       std::vector<std::pair<std::string, std::string>>{{"message", R"({"room_id":"r"})"},
                                                        {"message", R"({"room_id":"r","message":""})"},
                                                        {"message", R"({"room_id":"r","message":null})"},
                                                        {"message", R"({"room_id":"r","message":5})"},
                                                        {"message", R"({"room_id":"r","message":{"text":"x"}})"},
                                                        {"room_id", R"({"message":"x"})"},
                                                        {"room_id", R"({"message":"x","room_id":""})"},
                                                        {"room_id", R"({"message":"x","room_id":"   "})"},
                                                        {"room_id", R"({"message":"x","room_id":["r"]})"},
                                                        {"room_id", R"({"message":"x","room_id":"a\nb"})"},
                                                        {"room_id", "{}"}}) {
    const auto got = chat.handle("ann", "send_message", data);
    EXPECT_EQ(got.code(), "BAD_REQUEST") << data;
    EXPECT_NE(got.answer.failure->message.find(field), std::string::npos) << data;
    EXPECT_FALSE(got.answer.failure->system);
    EXPECT_EQ(got.raw.result, "business");
  }
  EXPECT_EQ(chat.kept().outbox_size().value(), 0);
}

TEST(send_message, ignores_fields_that_it_does_not_know) {
  chat_service chat;
  EXPECT_TRUE(chat.handle("ann", "send_message", R"({"room_id":"r","message":"x","colour":"red","n":[1]})").answer.success);
}

TEST(send_message, refused_is_decided_anew) {
  chat_service chat;
  chat.put_account({.user_id = "ann", .state = "muted"});
  const auto asked = ask("ann", "send_message", R"({"room_id":"r","message":"hi"})", "req_1");
  EXPECT_EQ(chat.handle(asked).code(), "ABNORMAL_USER_STATE");
  EXPECT_EQ(chat.handle(asked).code(), "ABNORMAL_USER_STATE");
  chat.put_account({.user_id = "ann"});
  const auto got = chat.handle(asked);
  EXPECT_TRUE(got.answer.success);
  EXPECT_FALSE(got.raw.duplicate);
  EXPECT_EQ(got.number("seq"), 1) << "a refusal takes no number";
}

TEST(send_message, is_refused_to_muted_and_banned_users_without_a_trace) {
  chat_service chat;
  for (const auto* state : {"muted", "banned"}) {
    chat.put_account({.user_id = "ann", .state = state});
    const auto got = chat.send("ann", "r", "hi");
    EXPECT_EQ(got.code(), "ABNORMAL_USER_STATE");
    EXPECT_NE(got.answer.failure->message.find(state), std::string::npos);
    EXPECT_FALSE(got.answer.failure->retryable);
    EXPECT_TRUE(got.events.empty());
  }
  EXPECT_TRUE(chat.handle("bob", "list_rooms", "{}").answer.data.at("rooms").as_array().empty()) << "nor is the room made";
}

TEST(send_message, costs_its_price_once) {
  chat_service chat({.message_price = 3});
  EXPECT_EQ(chat.send("ann", "r", "hi").code(), "INSUFFICIENT_BALANCE");
  chat.put_account({.user_id = "ann", .balance = 7});
  const auto asked = ask("ann", "send_message", R"({"room_id":"r","message":"hi"})", "req_1");
  EXPECT_TRUE(chat.handle(asked).answer.success);
  EXPECT_TRUE(chat.handle(asked).flag("duplicate"));
  EXPECT_EQ(chat.handle("ann", "get_account", "{}").number("balance"), 4);
  EXPECT_EQ(chat.send("ann", "r", "two").number("seq"), 2);
  const auto refused = chat.send("ann", "r", "three");
  EXPECT_EQ(refused.code(), "INSUFFICIENT_BALANCE");
  EXPECT_EQ(refused.answer.failure->message, "a message costs 3 and your balance is 1");
  EXPECT_EQ(chat.handle("ann", "get_account", "{}").number("balance"), 1) << "a refusal costs nothing";
}

TEST(send_message, that_is_free_is_refused_to_debtors_only) {
  chat_service chat;
  EXPECT_TRUE(chat.send("ann", "r", "hi").answer.success);
  chat.put_account({.user_id = "ann", .balance = -1});
  EXPECT_EQ(chat.send("ann", "r", "hi").code(), "INSUFFICIENT_BALANCE");
}

TEST(send_message, carries_any_text) {
  chat_service chat;
  request asked = ask("ann", "send_message", "{}", "r1");
  const std::string text = "a\0b\n\"\\ 你好 \U0001F600";
  asked.data = {{"room_id", "r"}, {"message", text}};
  const auto got = chat.handle(asked);
  EXPECT_EQ(got.events.back().message, text);
  EXPECT_EQ(chat.handle("bob", "get_history", R"({"room_id":"r"})").answer.data.at("messages").at(0).at("message").as_string(), text);
}

}  // namespace
}  // namespace parley::chat::test
