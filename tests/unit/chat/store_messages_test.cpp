// Messages of the store: their order, their pages and what damage does to them.
#include "support_store.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace parley::chat::test {
namespace {

std::vector<std::string> numbered(int from, int to) {
  std::vector<std::string> out;
  for (int i = from; i <= to; ++i) out.push_back(std::to_string(i));
  return out;
}

TEST(store_messages, get_dense_numbers_per_room) {
  const database_file file;
  const auto store = file.open();
  for (std::int64_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(append(*store, message_of("a", "u", "x")).value(), i);
    EXPECT_EQ(append(*store, message_of("b", "u", "x")).value(), i);
  }
}

TEST(store_messages, survive_closing_with_every_field) {
  const database_file file;
  kept_message message{
      .message_id = "m1", .room_id = "räume", .user_id = "用户", .text = std::string("a\0b\n\"", 5), .timestamp_ms = 77};
  append(*file.open(), message).value();
  const auto store = file.open();
  const auto page = read_page(*store, {.room_id = "räume"}).value();
  ASSERT_EQ(page.messages.size(), 1U);
  EXPECT_EQ(page.messages[0].message_id, "m1");
  EXPECT_EQ(page.messages[0].room_id, "räume");
  EXPECT_EQ(page.messages[0].user_id, "用户");
  EXPECT_EQ(page.messages[0].text, message.text);
  EXPECT_EQ(page.messages[0].timestamp_ms, 77);
  EXPECT_EQ(page.messages[0].seq, 1);
  EXPECT_EQ(append(*store, message_of("räume", "u", "next")).value(), 2);
}

TEST(store_messages, are_paged_newest_page_first_and_oldest_message_first) {
  const database_file file;
  const auto store = file.open();
  for (int i = 1; i <= 7; ++i) append(*store, message_of("r", "u", std::to_string(i))).value();
  const auto first = read_page(*store, {.room_id = "r", .limit = 3}).value();
  ASSERT_EQ(first.messages.size(), 3U);
  EXPECT_EQ(first.messages[0].text, "5");
  EXPECT_EQ(first.messages[2].text, "7");
  EXPECT_EQ(first.next_before_seq, 5);
  EXPECT_EQ(texts_of(*store, {.room_id = "r", .limit = 3}), numbered(1, 7));
  EXPECT_EQ(texts_of(*store, {.room_id = "r", .limit = 1}), numbered(1, 7));
}

TEST(store_messages, have_no_further_page_after_the_exact_end) {
  const database_file file;
  const auto store = file.open();
  for (int i = 1; i <= 4; ++i) append(*store, message_of("r", "u", std::to_string(i))).value();
  EXPECT_EQ(read_page(*store, {.room_id = "r", .limit = 4}).value().next_before_seq, 0);
  EXPECT_EQ(read_page(*store, {.room_id = "r", .before_seq = 3, .limit = 2}).value().next_before_seq, 0);
  EXPECT_TRUE(read_page(*store, {.room_id = "r", .before_seq = 1}).value().messages.empty());
  EXPECT_TRUE(read_page(*store, {.room_id = "nowhere"}).value().messages.empty());
}

TEST(store_messages, of_a_cursor_past_the_end_are_the_newest) {
  const database_file file;
  const auto store = file.open();
  for (int i = 1; i <= 4; ++i) append(*store, message_of("r", "u", std::to_string(i))).value();
  EXPECT_EQ(read_page(*store, {.room_id = "r", .before_seq = 900, .limit = 2}).value().messages.back().text, "4");
}

TEST(store_messages, are_filtered_by_sender_text_and_time) {
  const database_file file;
  const auto store = file.open();
  for (int i = 1; i <= 20; ++i)
    append(*store, message_of("r", i % 2 == 0 ? "even" : "odd", "n" + std::to_string(i), i * 100)).value();
  EXPECT_EQ(texts_of(*store, {.room_id = "r", .limit = 2, .user_id = "even", .since_ms = 1000, .until_ms = 1600}),
            (std::vector<std::string>{"n10", "n12", "n14", "n16"}));
  EXPECT_EQ(texts_of(*store, {.room_id = "r", .limit = 3, .text = "n1"}),
            (std::vector<std::string>{"n1", "n10", "n11", "n12", "n13", "n14", "n15", "n16", "n17", "n18", "n19"}));
  const auto last = read_page(*store, {.room_id = "r", .limit = 10, .user_id = "even"}).value();
  EXPECT_EQ(last.messages.size(), 10U);
  EXPECT_EQ(last.next_before_seq, 0) << "nothing older matches";
}

TEST(store_messages, of_a_page_stay_within_its_bytes_but_one_always_fits) {
  const database_file file;
  const auto store = file.open();
  for (int i = 0; i < 6; ++i)
    append(*store, message_of("r", "u", std::string(15'000, static_cast<char>('a' + i)))).value();  // its id is as long
  EXPECT_EQ(read_page(*store, {.room_id = "r", .max_bytes = 100'000}).value().messages.size(), 3U);
  EXPECT_EQ(read_page(*store, {.room_id = "r", .max_bytes = 10}).value().messages.size(), 1U);
  EXPECT_EQ(texts_of(*store, {.room_id = "r", .max_bytes = 70'000}).size(), 6U);
}

TEST(store_messages, keep_dense_numbers_under_undone_pieces) {
  const database_file file;
  const auto store = file.open();
  std::vector<store::work> pieces;
  for (int i = 0; i < 9; ++i) {
    pieces.emplace_back([i](transaction& tx) -> result<void> {
      if (auto seq = tx.append_message(message_of("r", "u", std::to_string(i))); !seq) return seq.error();
      if (i % 3 == 1) return fail(errc::refused, "undone");
      return {};
    });
  }
  const auto results = store->write(pieces);
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].has_value(), i % 3 != 1);
  EXPECT_EQ(texts_of(*store, {.room_id = "r"}), (std::vector<std::string>{"0", "2", "3", "5", "6", "8"}));
  EXPECT_EQ(append(*store, message_of("r", "u", "next")).value(), 7);
}

TEST(store_messages, with_a_changed_byte_are_refused_and_so_is_everything_after) {
  const database_file file;
  for (int i = 0; i < 3; ++i) append(*file.open(), message_of("r", "u", "text")).value();
  ASSERT_TRUE(plain_database(file.path()).run("UPDATE messages SET text = 'next' WHERE seq = 2"));
  const auto store = file.open();
  const auto page = read_page(*store, {.room_id = "r"});
  ASSERT_FALSE(page.has_value());
  EXPECT_EQ(page.error().code, errc::storage);
  EXPECT_NE(page.error().message.find(file.path()), std::string::npos);
  EXPECT_NE(page.error().message.find("restore it from a backup"), std::string::npos);
  EXPECT_FALSE(append(*store, message_of("r", "u", "more")).has_value());
  EXPECT_FALSE(store->check().has_value());
}

TEST(store_messages, with_a_missing_one_are_refused_instead_of_a_partial_history) {
  for (const auto* where : {"seq = 1", "seq = 2", "seq = 3"}) {
    const database_file file;
    for (int i = 0; i < 3; ++i) append(*file.open(), message_of("r", "u", "text")).value();
    ASSERT_TRUE(plain_database(file.path()).run(std::string("DELETE FROM messages WHERE ") + where));
    EXPECT_EQ(read_page(*file.open(), {.room_id = "r"}).error().code, errc::storage) << where;
  }
}

TEST(store_messages, stop_a_walk_that_finds_nothing_and_go_on_from_there) {
  const database_file file;
  const auto store = file.open();
  const store::work many = [](transaction& tx) -> result<void> {
    for (int i = 0; i < 50'010; ++i) {
      if (auto seq = tx.append_message(message_of("r", i == 3 ? "rare" : "u", "x")); !seq) return seq.error();
    }
    return {};
  };
  write_one(*store, many).value();
  const auto first = read_page(*store, {.room_id = "r", .user_id = "rare"}).value();
  EXPECT_TRUE(first.messages.empty());
  ASSERT_GT(first.next_before_seq, 0);
  const auto second = read_page(*store, {.room_id = "r", .before_seq = first.next_before_seq, .user_id = "rare"}).value();
  EXPECT_EQ(second.messages.size(), 1U);
  EXPECT_EQ(second.next_before_seq, 0);
}

}  // namespace
}  // namespace parley::chat::test
