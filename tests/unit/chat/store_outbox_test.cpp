// The outbox and the remembered answers of the store.
#include "support_store.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace parley::chat::test {
namespace {

std::vector<std::string> bodies(const std::vector<publication>& in) {
  std::vector<std::string> out;
  for (const auto& one : in) out.push_back(one.body);
  return out;
}

TEST(store_outbox, gives_a_publication_as_it_was_put_in) {
  const database_file file;
  const auto id = publish(*file.open(), "x", 100);
  const auto got = file.open("other")->claim_publications(101, 200, 10).value();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].id, id);
  EXPECT_EQ(got[0].what, publication::kind::event);
  EXPECT_EQ(got[0].tag, "message_sent");
  EXPECT_EQ(got[0].key, "k-x");
  EXPECT_EQ(got[0].queue_key, "r");
  EXPECT_EQ(got[0].properties, publication_of("x").properties);
  EXPECT_EQ(got[0].body, "x");
  EXPECT_EQ(got[0].created_ms, 5);
}

TEST(store_outbox, is_claimed_by_one_at_a_time_in_order) {
  const database_file file;
  const auto one = file.open("one");
  const auto other = file.open("other");
  for (const auto* body : {"a", "b", "c"}) publish(*one, body, 100);
  EXPECT_TRUE(other->claim_publications(100, 200, 10).value().empty()) << "still held";
  EXPECT_EQ(bodies(other->claim_publications(101, 200, 2).value()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(bodies(one->claim_publications(101, 200, 10).value()), (std::vector<std::string>{"c"}));
  EXPECT_TRUE(one->claim_publications(150, 250, 10).value().empty());
  EXPECT_EQ(one->claim_publications(201, 300, 10).value().size(), 3U);
}

TEST(store_outbox, takes_a_claim_of_a_clock_that_ran_ahead_for_void) {
  const database_file file;
  const auto store = file.open();
  publish(*store, "x", 10'000'000);
  EXPECT_EQ(store->claim_publications(1000, 31'000, 10).value().size(), 1U);
}

TEST(store_outbox, forgets_with_the_next_write) {
  const database_file file;
  const auto store = file.open();
  const auto id = publish(*store, "a", 100);
  store->forget_publications(std::vector{id}).value();
  EXPECT_EQ(store->outbox_size().value(), 0);
  plain_database seen(file.path());
  EXPECT_EQ(seen.number("SELECT count(*) FROM outbox"), 1) << "no flush was paid for it alone";
  append(*store, message_of("r", "u", "x")).value();
  EXPECT_EQ(seen.number("SELECT count(*) FROM outbox"), 0);
}

TEST(store_outbox, forgets_before_it_claims_and_when_it_is_closed) {
  const database_file file;
  {
    const auto store = file.open();
    store->forget_publications(std::vector{publish(*store, "a", 100)}).value();
    EXPECT_TRUE(store->claim_publications(500, 600, 10).value().empty());
    store->forget_publications(std::vector{publish(*store, "b", 100)}).value();
  }
  EXPECT_EQ(plain_database(file.path()).number("SELECT count(*) FROM outbox"), 0);
}

TEST(store_outbox, forgets_any_number) {
  const database_file file;
  const auto store = file.open();
  std::vector<std::int64_t> ids;
  write_one(*store, [&](transaction& tx) -> result<void> {
    for (int i = 0; i < 10'000; ++i) ids.push_back(tx.add_publication(publication_of("x"), 100).value());
    return {};
  }).value();
  store->forget_publications(ids).value();
  EXPECT_EQ(store->outbox_size().value(), 0);
  EXPECT_EQ(plain_database(file.path()).number("SELECT count(*) FROM outbox"), 0);
}

std::int64_t publish_at(store& to, std::int64_t now_ms) {
  std::int64_t id = 0;
  write_one(to, [&](transaction& tx) -> result<void> {
    auto what = publication_of("x");
    what.created_ms = now_ms;
    id = tx.add_publication(what, 100).value();
    return {};
  }).value();
  to.forget_publications(std::vector{id}).value();
  return id;
}

TEST(store_outbox, never_gives_an_id_twice) {
  const database_file file;
  std::int64_t last = 0;
  for (const std::int64_t run_began_ms : {1'800'000'000'000, 1'800'000'000'100, 1'800'000'000'900}) {
    const auto store = file.open();
    for (const std::int64_t clock_moved_ms : {0, 0, 50, -50}) {
      const auto id = publish_at(*store, run_began_ms + clock_moved_ms);
      EXPECT_GT(id, last) << run_began_ms << " " << clock_moved_ms;
      last = id;
    }
  }
}

TEST(store_outbox, keeps_what_an_undone_piece_did_not_publish_out) {
  const database_file file;
  const auto store = file.open();
  const auto done = write_one(*store, [](transaction& tx) -> result<void> {
    tx.add_publication(publication_of("x"), 100).value();
    return fail(errc::refused, "no");
  });
  EXPECT_EQ(done.error().message, "no");
  EXPECT_EQ(store->outbox_size().value(), 0);
}

TEST(store_answers, are_named_by_user_id_and_content) {
  const database_file file;
  const auto store = file.open();
  const store::work remember = [](transaction& tx) -> result<void> { return tx.remember_answer("u", "id", "h", "body", 10); };
  write_one(*store, remember).value();
  const auto other = file.open("other");
  write_one(*other, [](transaction& tx) -> result<void> {
    EXPECT_EQ(tx.remembered_answer("u", "id", "h", 10).value(), "body");
    EXPECT_FALSE(tx.remembered_answer("v", "id", "h", 10).value().has_value());
    EXPECT_FALSE(tx.remembered_answer("u", "ie", "h", 10).value().has_value());
    EXPECT_FALSE(tx.remembered_answer("u", "id", "i", 10).value().has_value());
    return {};
  }).value();
  EXPECT_EQ(write_one(*store, remember).error().code, errc::internal) << "unique";
}

TEST(store_answers, are_given_for_a_week_at_least_even_when_the_clock_is_set_back) {
  const database_file file;
  const auto store = file.open();
  constexpr std::int64_t week = 7LL * 24 * 3600 * 1000;
  constexpr auto given = 5 * week + week / 2;
  write_one(*store, [](transaction& tx) { return tx.remember_answer("u", "id", "h", "body", given); }).value();
  write_one(*store, [](transaction& tx) -> result<void> {
    for (const auto later : {-week, std::int64_t{0}, week}) {
      EXPECT_TRUE(tx.remembered_answer("u", "id", "h", given + later).value().has_value()) << later;
    }
    return {};
  }).value();
}

TEST(store_answers, are_forgotten_by_weeks_oldest_first_in_bounded_numbers) {
  const database_file file;
  const auto store = file.open();
  constexpr std::int64_t week = 7LL * 24 * 3600 * 1000;
  for (int i = 0; i < 10; ++i) {
    write_one(*store, [i](transaction& tx) { return tx.remember_answer("u", std::to_string(i), "h", "b", i * week); }).value();
  }
  EXPECT_EQ(store->forget_old_answers(8 * week, 5).value(), 5);
  EXPECT_EQ(store->forget_old_answers(8 * week, 5).value(), 2);
  EXPECT_EQ(store->forget_old_answers(8 * week, 5).value(), 0);
  write_one(*store, [](transaction& tx) -> result<void> {
    EXPECT_FALSE(tx.remembered_answer("u", "6", "h", 6 * week).value().has_value());
    EXPECT_TRUE(tx.remembered_answer("u", "7", "h", 8 * week).value().has_value());
    return {};
  }).value();
}

}  // namespace
}  // namespace parley::chat::test
