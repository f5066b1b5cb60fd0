// Joining, leaving, inviting and listing.
#include "support_service.hpp"

#include <gtest/gtest.h>

namespace parley::chat::test {
namespace {

TEST(join_room, makes_the_room_and_tells_of_the_new_member) {
  chat_service chat;
  const auto got = chat.handle("ann", "join_room", R"({"room_id":"r"})");
  EXPECT_TRUE(got.flag("member"));
  EXPECT_TRUE(got.flag("changed"));
  EXPECT_FALSE(got.flag("private"));
  EXPECT_EQ(got.number("members"), 1);
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].type, "user_join");
  EXPECT_EQ(got.events[0].reason, "membership");
  EXPECT_EQ(got.events[0].room_id, "r");
  EXPECT_EQ(got.events[0].user_id, "ann");
  EXPECT_EQ(got.events[0].timestamp, "2024-01-01T12:00:00.123Z");
}

TEST(join_room, by_a_member_changes_nothing) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"r"})");
  const auto got = chat.handle("ann", "join_room", R"({"room_id":"r"})");
  EXPECT_TRUE(got.answer.success);
  EXPECT_FALSE(got.flag("changed"));
  EXPECT_EQ(got.number("members"), 1);
  EXPECT_TRUE(got.events.empty());
}

TEST(join_room, asked_again_is_answered_alike_and_told_once) {
  chat_service chat;
  const auto asked = ask("ann", "join_room", R"({"room_id":"r"})", "j1");
  const auto first = chat.handle(asked);
  const auto again = chat.handle(asked);
  EXPECT_TRUE(again.raw.duplicate);
  EXPECT_EQ(again.answer.data, first.answer.data);
  EXPECT_TRUE(again.events.empty());
}

TEST(join_room, of_a_private_room_is_for_its_owner_and_members) {
  chat_service chat;
  EXPECT_TRUE(chat.handle("ann", "join_room", R"({"room_id":"p","private":true})").flag("private"));
  EXPECT_EQ(chat.handle("bob", "join_room", R"({"room_id":"p"})").code(), "NOT_A_MEMBER");
  EXPECT_EQ(chat.handle("bob", "join_room", R"({"room_id":"p","private":true})").code(), "NOT_A_MEMBER");
  EXPECT_TRUE(chat.handle("ann", "leave_room", R"({"room_id":"p"})").answer.success);
  EXPECT_TRUE(chat.handle("ann", "join_room", R"({"room_id":"p"})").flag("changed")) << "the owner may come back";
}

TEST(join_room, does_not_pass_an_open_room_for_a_private_one) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"r"})");
  const auto got = chat.handle("ann", "join_room", R"({"room_id":"r","private":true})");
  EXPECT_EQ(got.code(), "BAD_REQUEST");
  EXPECT_NE(got.answer.failure->message.find("private"), std::string::npos);
  EXPECT_EQ(chat.handle("bob", "join_room", R"({"room_id":"x","private":"yes"})").code(), "BAD_REQUEST");
}

TEST(leave_room, tells_and_ends_the_membership_once) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"r"})");
  const auto got = chat.handle("ann", "leave_room", R"({"room_id":"r"})");
  EXPECT_FALSE(got.flag("member"));
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].type, "user_leave");
  EXPECT_EQ(got.events[0].reason, "membership");
  EXPECT_EQ(chat.handle("ann", "leave_room", R"({"room_id":"r"})").code(), "NOT_A_MEMBER");
  EXPECT_EQ(chat.handle("ann", "leave_room", R"({"room_id":"nowhere"})").code(), "NOT_A_MEMBER");
}

TEST(private_room, takes_messages_of_members_only) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"p","private":true})");
  EXPECT_EQ(chat.send("bob", "p", "hi").code(), "NOT_A_MEMBER");
  chat.handle("ann", "add_member", R"({"room_id":"p","user_id":"bob"})");
  EXPECT_EQ(chat.send("bob", "p", "hi").number("seq"), 1);
  EXPECT_EQ(chat.handle("cy", "list_members", R"({"room_id":"p"})").code(), "NOT_A_MEMBER");
  EXPECT_EQ(chat.handle("bob", "list_members", R"({"room_id":"p"})").answer.data.at("members").as_array().size(), 2U);
}

TEST(add_member, is_for_the_owner_of_a_private_room) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"p","private":true})");
  const auto got = chat.handle("ann", "add_member", R"({"room_id":"p","user_id":"bob"})");
  EXPECT_TRUE(got.flag("changed"));
  ASSERT_EQ(got.events.size(), 1U);
  EXPECT_EQ(got.events[0].type, "user_join");
  EXPECT_EQ(got.events[0].user_id, "bob");
  EXPECT_FALSE(chat.handle("ann", "add_member", R"({"room_id":"p","user_id":"bob"})").flag("changed"));
  EXPECT_EQ(chat.handle("bob", "add_member", R"({"room_id":"p","user_id":"cy"})").code(), "NOT_OWNER");
  EXPECT_EQ(chat.handle("cy", "add_member", R"({"room_id":"p","user_id":"cy"})").code(), "NOT_A_MEMBER");
  EXPECT_EQ(chat.handle("cy", "add_member", R"({"room_id":"nowhere","user_id":"cy"})").code(), "NOT_A_MEMBER");
  chat.handle("ann", "join_room", R"({"room_id":"open"})");
  EXPECT_EQ(chat.handle("ann", "add_member", R"({"room_id":"open","user_id":"bob"})").code(), "BAD_REQUEST");
  EXPECT_EQ(chat.handle("ann", "add_member", R"({"room_id":"p"})").code(), "BAD_REQUEST");
}

TEST(list_rooms, counts_and_pages_and_hides_private_ones) {
  chat_service chat;
  chat.send("ann", "a", "1");
  chat.send("bob", "a", "2");
  chat.send("ann", "b", "1");
  chat.handle("ann", "join_room", R"({"room_id":"c","private":true})");
  const auto bobs = chat.handle("bob", "list_rooms", "{}").answer.data.at("rooms").as_array();
  ASSERT_EQ(bobs.size(), 2U);
  EXPECT_EQ(bobs[0], boost::json::parse(R"({"room_id":"a","members":2,"messages":2,"private":false})"));
  const auto first = chat.handle("ann", "list_rooms", R"({"limit":2})");
  const auto cursor = first.text("next_cursor");
  const auto rest = chat.handle("ann", "list_rooms", R"({"limit":2,"cursor":")" + cursor + "\"}");
  ASSERT_EQ(rest.answer.data.at("rooms").as_array().size(), 1U);
  EXPECT_EQ(rest.answer.data.at("rooms").at(0).at("room_id").as_string(), "c");
  EXPECT_FALSE(rest.answer.data.contains("next_cursor"));
  EXPECT_EQ(chat.handle("ann", "list_rooms", R"({"cursor":"nonsense"})").code(), "BAD_REQUEST");
}

TEST(list_members, shows_who_is_online) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"r"})");
  chat.handle("bob", "join_room", R"({"room_id":"r"})");
  chat.handle("bob", "presence", R"({"session":"s","status":"online"})");
  const auto members = chat.handle("cy", "list_members", R"({"room_id":"r"})").answer.data.at("members").as_array();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0], boost::json::parse(R"({"user_id":"ann","joined":"2024-01-01T12:00:00.123Z","presence":"offline"})"));
  EXPECT_EQ(members[1].at("presence").as_string(), "online");
  EXPECT_EQ(chat.handle("cy", "list_members", "{}").code(), "BAD_REQUEST");
  EXPECT_TRUE(chat.handle("cy", "list_members", R"({"room_id":"nowhere"})").answer.data.at("members").as_array().empty());
}

TEST(get_account, tells_state_and_balance) {
  chat_service chat;
  const auto fresh = chat.handle("ann", "get_account", "{}");
  EXPECT_EQ(fresh.text("state"), "active");
  EXPECT_EQ(fresh.number("balance"), 0);
  chat.put_account({.user_id = "ann", .state = "banned", .balance = 12});
  const auto banned = chat.handle("ann", "get_account", "{}");
  EXPECT_EQ(banned.text("state"), "banned");
  EXPECT_EQ(banned.number("balance"), 12);
}

TEST(banned_users, may_look_at_their_account_and_leave) {
  chat_service chat;
  chat.handle("ann", "join_room", R"({"room_id":"r"})");
  chat.put_account({.user_id = "ann", .state = "banned"});
  for (const auto& [action, data] :
       std::vector<std::pair<std::string, std::string>>{{"send_message", R"({"room_id":"r","message":"x"})"},
                                                        {"get_history", R"({"room_id":"r"})"},
                                                        {"join_room", R"({"room_id":"s"})"},
                                                        {"add_member", R"({"room_id":"r","user_id":"b"})"},
                                                        {"list_rooms", "{}"},
                                                        {"list_members", R"({"room_id":"r"})"},
                                                        {"presence", R"({"session":"s","status":"online"})"}}) {
    EXPECT_EQ(chat.handle("ann", action, data).code(), "ABNORMAL_USER_STATE") << action;
  }
  EXPECT_TRUE(chat.handle("ann", "presence", R"({"session":"s","status":"offline"})").answer.success);
  EXPECT_TRUE(chat.handle("ann", "leave_room", R"({"room_id":"r"})").answer.success);
}

TEST(muted_users, may_read_and_join) {
  chat_service chat;
  chat.put_account({.user_id = "ann", .state = "muted"});
  EXPECT_TRUE(chat.handle("ann", "join_room", R"({"room_id":"r"})").answer.success);
  EXPECT_TRUE(chat.handle("ann", "get_history", R"({"room_id":"r"})").answer.success);
}

TEST(presence, tells_of_the_first_session_and_the_last) {
  chat_service chat;
  const auto came = chat.handle("ann", "presence", R"({"session":"phone","status":"online"})");
  ASSERT_EQ(came.events.size(), 1U);
  EXPECT_EQ(came.events[0].type, "user_join");
  EXPECT_EQ(came.events[0].reason, "presence");
  EXPECT_TRUE(came.events[0].room_id.empty());
  EXPECT_EQ(came.raw.outbox.at(0).queue_key, "ann");
  EXPECT_EQ(came.number("lease_ms"), 45'000);
  EXPECT_TRUE(chat.handle("ann", "presence", R"({"session":"laptop","status":"online"})").events.empty());
  EXPECT_TRUE(chat.handle("ann", "presence", R"({"session":"phone","status":"offline"})").events.empty());
  const auto went = chat.handle("ann", "presence", R"({"session":"laptop","status":"offline"})");
  ASSERT_EQ(went.events.size(), 1U);
  EXPECT_EQ(went.events[0].type, "user_leave");
  EXPECT_TRUE(chat.handle("ann", "presence", R"({"session":"laptop","status":"offline"})").events.empty());
}

TEST(presence, runs_out_after_its_lease) {
  chat_service chat;
  chat.handle("ann", "presence", R"({"session":"phone","status":"online"})");
  chat.time.now_ms += 40'000;
  chat.handle("ann", "presence", R"({"session":"phone","status":"online"})");
  chat.time.now_ms += 45'000;
  EXPECT_TRUE(chat.inner().expire_presence().empty()) << "renewed 45 s ago";
  chat.time.now_ms += 1;
  const auto gone = chat.inner().expire_presence();
  ASSERT_EQ(gone.size(), 1U);
  const auto left = decode_event(gone[0].body).value();
  EXPECT_EQ(left.type, "user_leave");
  EXPECT_EQ(left.reason, "presence");
  EXPECT_EQ(left.user_id, "ann");
  EXPECT_GT(gone[0].id, 0);
  EXPECT_EQ(gone[0].properties.at("event_type"), "user_leave");
  EXPECT_TRUE(chat.inner().expire_presence().empty());
}

TEST(presence, is_online_or_offline) {
  chat_service chat;
  for (const auto* data : {"{}", R"({"session":"s"})", R"({"status":"online"})", R"({"session":"s","status":"away"})",
                           R"({"session":"","status":"online"})", R"({"session":"s","status":1})"}) {
    EXPECT_EQ(chat.handle("ann", "presence", data).code(), "BAD_REQUEST") << data;
  }
}

}  // namespace
}  // namespace parley::chat::test
