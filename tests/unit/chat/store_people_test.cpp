// Rooms, members, accounts and presence leases of the store.
#include "support_store.hpp"

#include <gtest/gtest.h>

namespace parley::chat::test {
namespace {

/// Runs it in a transaction of its own.
template <class Work>
void within(store& where, Work what) {
  write_one(where, [&](transaction& tx) -> result<void> {
    what(tx);
    return {};
  }).value();
}

TEST(store_rooms, count_their_members_and_messages) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    tx.create_room("r", false, "ann", 1).value();
    EXPECT_TRUE(tx.add_member("r", "ann", 1).value());
    EXPECT_TRUE(tx.add_member("r", "bob", 2).value());
    EXPECT_FALSE(tx.add_member("r", "bob", 3).value());
    tx.append_message(message_of("r", "ann", "x")).value();
    EXPECT_TRUE(tx.remove_member("r", "ann").value());
    EXPECT_FALSE(tx.remove_member("r", "ann").value());
    EXPECT_FALSE(tx.remove_member("other", "ann").value());
    const auto room = tx.find_room("r").value();
    ASSERT_TRUE(room.has_value());
    EXPECT_EQ(room->members, 1);
    EXPECT_EQ(room->messages, 1);
    EXPECT_EQ(room->owner_id, "ann");
    EXPECT_FALSE(tx.is_member("r", "ann").value());
    EXPECT_TRUE(tx.is_member("r", "bob").value());
  });
}

TEST(store_rooms, are_not_made_twice_and_have_no_members_before_they_are_made) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    EXPECT_EQ(tx.add_member("r", "ann", 1).error().code, errc::not_found);
    tx.create_room("r", true, "ann", 1).value();
    EXPECT_FALSE(tx.create_room("r", false, "bob", 1).has_value());
    EXPECT_TRUE(tx.find_room("r").value()->is_private);
  });
  within(*store, [](transaction& tx) {
    EXPECT_TRUE(tx.find_room("r").value().has_value()) << "a broken constraint undoes only its piece's statement";
  });
}

TEST(store_rooms, are_listed_in_pages_and_private_ones_only_to_members) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    for (const auto* room : {"a", "b", "c", "d"}) tx.create_room(room, std::string_view(room) > "b", "ann", 1).value();
    tx.add_member("d", "ann", 1).value();
    const auto names = [&](std::string_view user, std::string_view after, std::int64_t limit) {
      std::string out;
      for (const auto& room : tx.rooms_visible_to(user, after, limit).value()) out += room.room_id;
      return out;
    };
    EXPECT_EQ(names("ann", "", 10), "abd");
    EXPECT_EQ(names("bob", "", 10), "ab");
    EXPECT_EQ(names("ann", "a", 1), "b");
    EXPECT_EQ(names("ann", "d", 10), "");
  });
}

TEST(store_members, are_listed_in_pages_with_their_presence) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    tx.create_room("r", false, "ann", 1).value();
    for (const auto* user : {"ann", "bob", "cy"}) tx.add_member("r", user, 7).value();
    tx.renew_session("bob", "s", 10, 100).value();
    const auto two = tx.members("r", "", 2, 50).value();
    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two[0].user_id, "ann");
    EXPECT_FALSE(two[0].online);
    EXPECT_TRUE(two[1].online);
    EXPECT_EQ(two[1].joined_ms, 7);
    EXPECT_EQ(tx.members("r", "bob", 2, 50).value().at(0).user_id, "cy");
    EXPECT_FALSE(tx.members("r", "", 2, 101).value().at(1).online) << "the lease ran out";
  });
}

TEST(store_accounts, are_active_and_empty_until_somebody_says_otherwise) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    EXPECT_EQ(tx.find_account("ann").value().state, "active");
    EXPECT_EQ(tx.find_account("ann").value().balance, 0);
    tx.put_account({.user_id = "ann", .state = "muted", .balance = -3}).value();
    tx.put_account({.user_id = "ann", .state = "banned", .balance = 9}).value();
    EXPECT_EQ(tx.find_account("ann").value().state, "banned");
    EXPECT_EQ(tx.find_account("ann").value().balance, 9);
    EXPECT_FALSE(tx.put_account({.user_id = "bob", .state = "sleepy"}).has_value());
  });
}

TEST(store_sessions, come_with_the_first_and_go_with_the_last) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    EXPECT_TRUE(tx.renew_session("ann", "phone", 0, 100).value());
    EXPECT_FALSE(tx.renew_session("ann", "laptop", 0, 100).value());
    EXPECT_FALSE(tx.renew_session("ann", "phone", 50, 150).value());
    EXPECT_FALSE(tx.end_session("ann", "phone", 60).value());
    EXPECT_FALSE(tx.end_session("ann", "unknown", 60).value());
    EXPECT_TRUE(tx.end_session("ann", "laptop", 60).value());
    EXPECT_FALSE(tx.end_session("ann", "laptop", 60).value());
    EXPECT_TRUE(tx.renew_session("ann", "phone", 70, 170).value());
  });
}

TEST(store_sessions, run_out_once) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    tx.renew_session("ann", "phone", 0, 100).value();
    tx.renew_session("ann", "laptop", 0, 200).value();
    tx.renew_session("bob", "phone", 0, 100).value();
    EXPECT_TRUE(tx.expire_sessions(100, 10).value().empty());
    EXPECT_EQ(tx.expire_sessions(150, 10).value(), std::vector<std::string>{"bob"});
    EXPECT_TRUE(tx.expire_sessions(150, 10).value().empty());
    EXPECT_EQ(tx.expire_sessions(201, 10).value(), std::vector<std::string>{"ann"});
  });
}

TEST(store_sessions, are_ended_by_their_users_or_by_time_but_told_once) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    tx.renew_session("ann", "phone", 0, 100).value();
    EXPECT_FALSE(tx.renew_session("ann", "laptop", 500, 600).value()) << "nobody was told yet that ann went";
    tx.renew_session("ann", "phone", 0, 100).value();
    EXPECT_TRUE(tx.end_session("ann", "laptop", 550).value()) << "the other one ran out";
    EXPECT_TRUE(tx.expire_sessions(1000, 10).value().empty());
  });
}

TEST(store_sessions, run_out_in_bounded_numbers) {
  const database_file file;
  const auto store = file.open();
  within(*store, [](transaction& tx) {
    for (int i = 0; i < 10; ++i) tx.renew_session("u" + std::to_string(i), "s", 0, i).value();
    EXPECT_EQ(tx.expire_sessions(100, 4).value().size(), 4U);
    EXPECT_EQ(tx.expire_sessions(100, 40).value().size(), 6U);
  });
}

}  // namespace
}  // namespace parley::chat::test
