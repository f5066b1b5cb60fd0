// The store's file: what is refused, what another process's lock does, and how transactions hold together.
#include "support_store.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace parley::chat::test {
namespace {

TEST(store_file, in_memory_or_nowhere_is_refused) {
  EXPECT_EQ(open_sqlite_store(":memory:", "me").error().code, errc::invalid_argument);
  EXPECT_EQ(open_sqlite_store("", "me").error().code, errc::invalid_argument);
  const auto missing = open_sqlite_store("/nonexistent/folder/chat.db", "me");
  EXPECT_EQ(missing.error().code, errc::storage);
  EXPECT_NE(missing.error().message.find("/nonexistent/folder/chat.db"), std::string::npos);
}

TEST(store_file, is_readable_by_its_user_only) {
  const database_file file;
  file.make();
  EXPECT_EQ(std::filesystem::status(file.path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(store_file, of_a_newer_version_is_refused) {
  const database_file file;
  file.make();
  ASSERT_TRUE(plain_database(file.path()).run("PRAGMA user_version = 99"));
  const auto refused = open_sqlite_store(file.path(), "me");
  EXPECT_EQ(refused.error().code, errc::storage);
  EXPECT_NE(refused.error().message.find("99"), std::string::npos);
}

TEST(store_file, of_another_program_is_refused_and_not_changed) {
  const database_file file;
  ASSERT_TRUE(plain_database(file.path()).run("CREATE TABLE theirs(x)"));
  EXPECT_NE(open_sqlite_store(file.path(), "me").error().message.find("another program"), std::string::npos);
  EXPECT_EQ(plain_database(file.path()).number("SELECT count(*) FROM sqlite_schema"), 1);
  std::ofstream(file.folder() + "/text") << std::string(5000, 'x');
  EXPECT_EQ(open_sqlite_store(file.folder() + "/text", "me").error().code, errc::storage);
}

TEST(store_file, opened_again_keeps_its_version) {
  const database_file file;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(append(*file.open(), message_of("r", "u", "x")).value(), i + 1);
}

/// Overwrites one page but the first, counted from the end.
void spoil_page(const std::string& path, int from_end) {
  const auto pages = static_cast<int>(std::filesystem::file_size(path) / 4096);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(pages - from_end) * 4096);
  file << std::string(4096, '\x5A');
}

TEST(store_file, with_any_spoilt_page_is_refused_at_opening_or_at_reading_but_never_half_read) {
  const database_file file;
  {
    const auto store = file.open();
    for (int i = 0; i < 200; ++i) append(*store, message_of("r", "u", std::to_string(i) + std::string(200, '.'))).value();
  }
  const auto whole = file.folder() + "/whole";
  std::filesystem::copy_file(file.path(), whole);
  const auto pages = static_cast<int>(std::filesystem::file_size(whole) / 4096);
  ASSERT_GT(pages, 10);
  int refused = 0;
  for (int from_end = 1; from_end < pages; ++from_end) {
    std::filesystem::copy_file(whole, file.path(), std::filesystem::copy_options::overwrite_existing);
    spoil_page(file.path(), from_end);
    for (const std::int64_t checked_bytes : {std::int64_t{1} << 30, std::int64_t{0}}) {
      const auto opened = open_sqlite_store(file.path(), "me", {.checked_at_open_bytes = checked_bytes});
      if (!opened) {
        EXPECT_EQ(opened.error().code, errc::storage);
        ++refused;
        continue;
      }
      const auto page = read_page(**opened, {.room_id = "r", .limit = 200});
      if (!page) {
        EXPECT_EQ(page.error().code, errc::storage);
        EXPECT_FALSE((*opened)->check().has_value());
        ++refused;
      } else {
        EXPECT_EQ(page->messages.size(), 200U);
      }
    }
  }
  EXPECT_GT(refused, pages);
}

TEST(store_lock, of_another_process_is_waited_for_and_then_refused) {
  const database_file file;
  const auto store = file.open("me", {.patience = milliseconds{50}});
  plain_database other(file.path());
  ASSERT_TRUE(other.run("BEGIN IMMEDIATE"));
  const auto refused = append(*store, message_of("r", "u", "x"));
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_FALSE(store->check().has_value());
  EXPECT_TRUE(store->outbox_size().has_value()) << "reading needs no lock";
  ASSERT_TRUE(other.run("ROLLBACK"));
  EXPECT_EQ(append(*store, message_of("r", "u", "x")).value(), 1);
  EXPECT_TRUE(store->check().has_value());
}

TEST(store_lock, that_is_let_go_in_time_costs_only_the_wait) {
  const database_file file;
  const auto store = file.open("me", {.patience = milliseconds{20'000}});
  plain_database other(file.path());
  ASSERT_TRUE(other.run("BEGIN IMMEDIATE"));
  std::thread letting_go([&other] { other.run("COMMIT"); });
  EXPECT_EQ(append(*store, message_of("r", "u", "x")).value(), 1);
  letting_go.join();
}

TEST(store_lock, is_shared_by_two_writers_without_losing_or_doubling_a_number) {
  const database_file file;
  constexpr int each = 150;
  std::vector<std::vector<std::int64_t>> given(2);
  std::vector<std::thread> writers;
  for (std::size_t who = 0; who < 2; ++who) {
    writers.emplace_back([&, who] {
      const auto store = file.open("w" + std::to_string(who), {.patience = milliseconds{20'000}});
      for (int i = 0; i < each; ++i) given[who].push_back(append(*store, message_of("r", "u", std::to_string(who))).value());
    });
  }
  for (auto& writer : writers) writer.join();
  std::vector<bool> seen(2 * each + 1, false);
  for (const auto& numbers : given) {
    for (const auto seq : numbers) {
      ASSERT_LE(seq, 2 * each);
      EXPECT_FALSE(seen[static_cast<std::size_t>(seq)]);
      seen[static_cast<std::size_t>(seq)] = true;
    }
  }
  EXPECT_EQ(texts_of(*file.open(), {.room_id = "r"}).size(), 2U * each);
}

TEST(store_write, undoes_a_piece_that_throws_and_keeps_the_others) {
  const database_file file;
  const auto store = file.open();
  const std::vector<store::work> pieces{
      [](transaction& tx) -> result<void> { return tx.create_room("a", false, "u", 1); },
      [](transaction& tx) -> result<void> {
        tx.create_room("b", false, "u", 1).value();
        throw std::runtime_error("oops");
      },
      [](transaction& tx) -> result<void> { return tx.create_room("c", false, "u", 1); },
  };
  const auto results = store->write(pieces);
  EXPECT_TRUE(results[0].has_value());
  EXPECT_EQ(results[1].error().code, errc::internal);
  EXPECT_TRUE(results[2].has_value());
  write_one(*store, [](transaction& tx) -> result<void> {
    EXPECT_TRUE(tx.find_room("a").value().has_value());
    EXPECT_FALSE(tx.find_room("b").value().has_value());
    EXPECT_TRUE(tx.find_room("c").value().has_value());
    return {};
  }).value();
}

TEST(store_write, lets_a_piece_see_what_the_ones_before_it_wrote) {
  const database_file file;
  const auto store = file.open();
  const std::vector<store::work> pieces{
      [](transaction& tx) { return tx.remember_answer("u", "id", "h", "first", 1); },
      [](transaction& tx) -> result<void> {
        EXPECT_EQ(tx.remembered_answer("u", "id", "h", 1).value(), "first");
        return {};
      },
  };
  for (const auto& done : store->write(pieces)) EXPECT_TRUE(done.has_value());
  EXPECT_TRUE(store->write({}).empty());
}

TEST(store_write, keeps_its_log_bounded_while_it_never_pauses) {
  const database_file file;
  const auto store = file.open();
  const std::string text(40'000, 'x');
  std::uintmax_t largest = 0;
  for (int i = 0; i < 2000; ++i) {
    append(*store, message_of("r", "u", text)).value();
    largest = std::max(largest, std::filesystem::file_size(file.path() + "-wal"));
  }
  EXPECT_GT(std::filesystem::file_size(file.path()), 16U * 1024U * 1024U) << "something was copied back";
  // All that was logged is well over 80 MiB. The bound itself is half of this; a copying that is held up in its middle lets the log
  // grow past it until it ends.
  EXPECT_LT(largest, 64U * 1024U * 1024U);
}

}  // namespace
}  // namespace parley::chat::test
