// get_history: pages, cursors, filters and bounds.
#include "support_service.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace parley::chat::test {
namespace {

std::vector<std::string> texts(const outcome& got) {
  std::vector<std::string> out;
  for (const auto& message : got.answer.data.at("messages").as_array()) out.emplace_back(message.at("message").as_string());
  return out;
}

std::string cursor_of(const outcome& got) {
  const auto* cursor = got.answer.data.if_contains("next_cursor");
  return cursor == nullptr ? std::string{} : std::string(cursor->as_string());
}

TEST(get_history, gives_messages_oldest_first_with_all_their_fields) {
  chat_service chat;
  const auto sent = chat.send("ann", "r", "one");
  chat.time.now_ms += 877;
  chat.send("bob", "r", "two");
  const auto got = chat.handle("cy", "get_history", R"({"room_id":"r"})");
  const auto& messages = got.answer.data.at("messages").as_array();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].at("message_id").as_string(), sent.text("message_id"));
  EXPECT_EQ(messages[0].at("room_id").as_string(), "r");
  EXPECT_EQ(messages[0].at("user_id").as_string(), "ann");
  EXPECT_EQ(messages[0].at("message").as_string(), "one");
  EXPECT_EQ(messages[0].at("seq").as_int64(), 1);
  EXPECT_EQ(messages[1].at("timestamp").as_string(), "2024-01-01T12:00:01.000Z");
  EXPECT_FALSE(got.answer.data.contains("next_cursor"));
}

TEST(get_history, is_a_read_that_puts_nothing_into_the_outbox) {
  chat_service chat;
  const auto got = chat.handle("cy", "get_history", R"({"room_id":"r"})");
  EXPECT_TRUE(got.answer.success);
  EXPECT_TRUE(got.raw.outbox.empty());
  EXPECT_EQ(chat.kept().outbox_size().value(), 0);
}

TEST(get_history, of_a_room_that_nobody_made_is_empty) {
  chat_service chat;
  const auto got = chat.handle("cy", "get_history", R"({"room_id":"nowhere"})");
  EXPECT_TRUE(got.answer.success);
  EXPECT_TRUE(texts(got).empty());
  EXPECT_TRUE(cursor_of(got).empty());
}

TEST(get_history, has_fifty_by_default_and_two_hundred_at_most) {
  chat_service chat;
  for (int i = 0; i < 210; ++i) chat.send("ann", "r", std::to_string(i));
  const auto count = [&](const std::string& more) {
    return texts(chat.handle("bob", "get_history", R"({"room_id":"r")" + more + "}")).size();
  };
  EXPECT_EQ(count(""), 50U);
  EXPECT_EQ(count(R"(,"limit":null)"), 50U);
  EXPECT_EQ(count(R"(,"limit":7)"), 7U);
  EXPECT_EQ(count(R"(,"limit":7.0)"), 7U);
  EXPECT_EQ(count(R"(,"limit":200)"), 200U);
  EXPECT_EQ(count(R"(,"limit":201)"), 200U);
  EXPECT_EQ(count(R"(,"limit":1e30)"), 200U);
  EXPECT_EQ(count(R"(,"limit":18446744073709551615)"), 200U);
}

TEST(get_history, is_walked_to_its_beginning_by_cursors) {
  chat_service chat;
  for (int i = 0; i < 10; ++i) chat.send("ann", "r", std::to_string(i));
  std::string all;
  std::string cursor;
  int pages = 0;
  do {
    const auto got = chat.handle("bob", "get_history", R"({"room_id":"r","limit":4,"cursor":")" + cursor + "\"}");
    std::string page;
    for (const auto& text : texts(got)) page += text;
    all = page + all;
    cursor = cursor_of(got);
    if (++pages == 1) chat.send("ann", "r", "x");  // what comes meanwhile does not move the pages
  } while (!cursor.empty());
  EXPECT_EQ(all, "0123456789");
  EXPECT_EQ(pages, 3);
}

TEST(get_history, refuses_a_cursor_of_another_room_and_one_that_is_none) {
  chat_service chat;
  for (int i = 0; i < 3; ++i) chat.send("ann", "r", std::to_string(i));
  const auto cursor = cursor_of(chat.handle("bob", "get_history", R"({"room_id":"r","limit":1})"));
  ASSERT_FALSE(cursor.empty());
  for (const auto& data : {R"({"room_id":"other","cursor":")" + cursor + "\"}", std::string(R"({"room_id":"r","cursor":"17"})"),
                           std::string(R"({"room_id":"r","cursor":17})")}) {
    const auto got = chat.handle("bob", "get_history", data);
    EXPECT_EQ(got.code(), "BAD_REQUEST") << data;
    EXPECT_NE(got.answer.failure->message.find("cursor"), std::string::npos);
  }
}

TEST(get_history, filters_by_sender_time_and_text) {
  chat_service chat;
  chat.time.now_ms = 1704110400000;
  for (int i = 0; i < 6; ++i) {
    chat.send(i % 2 == 0 ? "ann" : "bob", "r", "n" + std::to_string(i));
    chat.time.now_ms += 1000;
  }
  const auto found = [&](const std::string& filter) {
    std::string out;
    for (const auto& text : texts(chat.handle("cy", "get_history", R"({"room_id":"r",)" + filter + "}"))) out += text.substr(1);
    return out;
  };
  EXPECT_EQ(found(R"("user_id":"ann")"), "024");
  EXPECT_EQ(found(R"("text":"n3")"), "3");
  EXPECT_EQ(found(R"("since":"2024-01-01T12:00:02Z")"), "2345") << "bounds are inclusive";
  EXPECT_EQ(found(R"("until":"2024-01-01T20:00:02+08:00")"), "012");
  EXPECT_EQ(found(R"("user_id":"bob","since":"2024-01-01T12:00:02Z","until":"2024-01-01T12:00:04Z","text":"n")"), "3");
  EXPECT_EQ(found(R"("user_id":"","text":"","since":"","until":null)"), "012345");
}

TEST(get_history, names_the_field_that_is_wrong) {
  chat_service chat;
  for (const auto& [field, rest] : std::vector<std::pair<std::string, std::string>>{{"limit", R"("limit":0)"},
                                                                                    {"limit", R"("limit":-1)"},
                                                                                    {"limit", R"("limit":1.5)"},
                                                                                    {"limit", R"("limit":-1e30)"},
                                                                                    {"limit", R"("limit":"10")"},
                                                                                    {"limit", R"("limit":true)"},
                                                                                    {"user_id", R"("user_id":1)"},
                                                                                    {"text", R"("text":[])"},
                                                                                    {"since", R"("since":"yesterday")"},
                                                                                    {"since", R"("since":1704110400)"},
                                                                                    {"until", R"("until":"2024-02-30T00:00:00Z")"},
                                                                                    {"room_id", R"("room_id":"")"}}) {
    const auto data = field == "room_id" ? "{" + rest + "}" : R"({"room_id":"r",)" + rest + "}";
    const auto got = chat.handle("bob", "get_history", data);
    EXPECT_EQ(got.code(), "BAD_REQUEST") << data;
    EXPECT_NE(got.answer.failure->message.find(field), std::string::npos) << got.answer.failure->message;
  }
}

TEST(get_history, has_pages_of_at_most_256_kib_of_json) {
  chat_service chat;
  for (const char c : {'x', '\1'}) {
    const std::string room(1, c == 'x' ? 'a' : 'b');
    request asked = ask("ann", "send_message", "{}", "r");
    constexpr std::size_t size = 9000;
    for (int i = 0; i < 60; ++i) {
      asked.request_id = "r" + std::to_string(i);
      asked.data = {{"room_id", room}, {"message", std::to_string(i) + std::string(size, c)}};
      ASSERT_TRUE(chat.handle(asked).answer.success);
    }
    std::size_t seen = 0;
    std::string cursor;
    do {
      const auto got = chat.handle("bob", "get_history",
                                   R"({"limit":200,"room_id":")" + room + R"(","cursor":")" + cursor + "\"}");
      EXPECT_LE(boost::json::serialize(got.answer.data.at("messages")).size(), 256U * 1024U);
      seen += texts(got).size();
      cursor = cursor_of(got);
    } while (!cursor.empty());
    EXPECT_EQ(seen, 60U);
  }
}

TEST(get_history, of_a_private_room_is_for_members) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"p","private":true})");
  chat.send("ann", "p", "secret");
  EXPECT_EQ(chat.handle("bob", "get_history", R"({"room_id":"p"})").code(), "NOT_A_MEMBER");
  EXPECT_EQ(texts(chat.handle("ann", "get_history", R"({"room_id":"p"})")).size(), 1U);
}

TEST(get_history, of_a_damaged_store_is_a_system_failure_and_never_a_part) {
  chat_service chat;
  for (int i = 0; i < 3; ++i) chat.send("ann", "r", std::to_string(i));
  ASSERT_TRUE(plain_database(chat.file().path()).run("DELETE FROM messages WHERE seq = 2"));
  const auto got = chat.handle("bob", "get_history", R"({"room_id":"r"})");
  EXPECT_EQ(got.code(), "STORE_UNAVAILABLE");
  EXPECT_TRUE(got.answer.failure->system);
  EXPECT_EQ(got.answer.failure->message.find(chat.file().folder()), std::string::npos) << "users learn no paths";
  EXPECT_EQ(chat.send("ann", "r", "more").code(), "STORE_UNAVAILABLE");
}

}  // namespace
}  // namespace parley::chat::test
