// What a commit costs in flushes, and what a disk that fails or is full does to the store.
#include "support_flush_watch.hpp"
#include "support_service.hpp"

#include <gtest/gtest.h>

namespace parley::chat::test {
namespace {

std::vector<request> messages(int count, int from = 0) {
  std::vector<request> out;
  for (int i = 0; i < count; ++i) {
    const auto id = std::to_string(from + i);
    out.push_back(ask("ann", "send_message", R"({"room_id":"r","message":")" + id + "\"}", "r" + id));
  }
  return out;
}

TEST(store_flushes, once_for_a_batch_of_any_size) {
  flush_watch disk;
  chat_service chat;
  for (const int size : {1, 2, 64}) {
    const auto batch = messages(size, size * 1000);
    const int before = disk.log_flushes;
    chat.inner().handle(batch);
    EXPECT_EQ(disk.log_flushes - before, 1);
  }
}

TEST(store_flushes, not_at_all_for_reads_refusals_repetitions_and_marks) {
  flush_watch disk;
  chat_service chat;
  const auto asked = messages(1).front();
  const auto sent = chat.handle(asked);
  const int before = disk.log_flushes;
  chat.handle(asked);
  chat.handle("ann", "get_history", R"({"room_id":"r"})");
  chat.handle("ann", "list_rooms", "{}");
  chat.handle("ann", "send_message", "{}");
  chat.handle("ann", "dance", "{}");
  for (const auto& one : sent.raw.outbox) chat.kept().forget_publications(std::vector{one.id}).value();
  EXPECT_TRUE(chat.inner().expire_presence().empty());
  EXPECT_EQ(chat.kept().outbox_size().value(), 0);
  EXPECT_EQ(disk.log_flushes, before);
  chat.send("ann", "r", "next");
  EXPECT_EQ(disk.log_flushes, before + 1) << "the marks went along";
}

TEST(store_flushes, that_fail_end_all_acknowledgements_until_a_restart) {
  flush_watch disk;
  chat_service chat;
  EXPECT_TRUE(chat.send("ann", "r", "one").answer.success);
  disk.flushes_fail = true;
  EXPECT_EQ(chat.send("ann", "r", "two").code(), "STORE_UNAVAILABLE");
  disk.flushes_fail = false;
  EXPECT_EQ(chat.send("ann", "r", "three").code(), "STORE_UNAVAILABLE") << "a retried flush lies";
  EXPECT_EQ(chat.handle("ann", "get_history", R"({"room_id":"r"})").code(), "STORE_UNAVAILABLE");
  const auto ready = chat.kept().check();
  ASSERT_FALSE(ready.has_value());
  EXPECT_NE(ready.error().message.find("restart"), std::string::npos);
  chat.reopen();
  const auto next = chat.send("ann", "r", "four");
  EXPECT_TRUE(next.answer.success);
  EXPECT_EQ(texts_of(chat.kept(), {.room_id = "r"}).size(), static_cast<std::size_t>(next.number("seq")));
}

TEST(store_on_a_full_disk, refuses_and_recovers_by_itself) {
  flush_watch disk;
  chat_service chat;
  const auto first = chat.send("ann", "r", "one");
  disk.disk_full = true;
  const auto batch = messages(3);
  for (auto& result : chat.inner().handle(batch)) {
    const auto got = outcome_of(std::move(result));
    EXPECT_EQ(got.code(), "STORE_UNAVAILABLE");
    EXPECT_TRUE(got.answer.failure->retryable);
  }
  const auto ready = chat.kept().check();
  ASSERT_FALSE(ready.has_value());
  EXPECT_NE(ready.error().message.find("full"), std::string::npos);
  EXPECT_EQ(chat.handle("ann", "get_history", R"({"room_id":"r"})").answer.data.at("messages").as_array().size(), 1U)
      << "what is stored can be read";
  for (const auto& one : first.raw.outbox) chat.kept().forget_publications(std::vector{one.id}).value();
  disk.disk_full = false;
  EXPECT_TRUE(chat.kept().check().has_value());
  EXPECT_EQ(chat.kept().outbox_size().value(), 0);
  for (auto& result : chat.inner().handle(batch)) {
    const auto got = outcome_of(std::move(result));
    EXPECT_TRUE(got.answer.success);
    EXPECT_FALSE(got.raw.duplicate) << "nothing of the refused ones was kept";
  }
  EXPECT_EQ(texts_of(chat.kept(), {.room_id = "r"}), (std::vector<std::string>{"one", "0", "1", "2"}));
}

TEST(store_on_a_full_disk, keeps_marks_for_later) {
  flush_watch disk;
  chat_service chat;
  const auto first = chat.send("ann", "r", "one");
  disk.disk_full = true;
  for (const auto& one : first.raw.outbox) chat.kept().forget_publications(std::vector{one.id}).value();
  EXPECT_FALSE(chat.kept().claim_publications(chat.time.now_ms + 90'000, chat.time.now_ms + 120'000, 10).has_value());
  disk.disk_full = false;
  EXPECT_TRUE(chat.kept().claim_publications(chat.time.now_ms + 90'000, chat.time.now_ms + 120'000, 10).value().empty());
}

}  // namespace
}  // namespace parley::chat::test
