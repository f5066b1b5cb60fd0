# Scripts talking to one server: send, history, request, events, their output and their exit statuses.
import unittest

from installation import installation


class requests(installation):
    def test_a_message_is_sent_and_read_back(self):
        self.server()
        answer = self.send("Hello, everyone!")
        self.assertTrue(answer["success"])
        self.assertIsNone(answer["error"])
        self.assertEqual(answer["data"]["status"], "sent")
        self.assertEqual(answer["data"]["seq"], 1)
        kept = self.history()
        self.assertEqual([(one["message"], one["user_id"], one["seq"]) for one in kept], [("Hello, everyone!", "ann", 1)])
        self.assertEqual(kept[0]["message_id"], answer["data"]["message_id"])

    def test_the_same_request_again_is_stored_once(self):
        self.server()
        first = self.send("once", "--request-id", "req_same")
        again = self.send("once", "--request-id", "req_same")
        other = self.send("other text", "--request-id", "req_same")
        self.assertEqual(first["data"]["message_id"], again["data"]["message_id"])
        self.assertEqual(first["data"]["seq"], again["data"]["seq"])
        self.assertNotEqual(other["data"]["message_id"], first["data"]["message_id"])
        self.assertEqual([one["message"] for one in self.history()], ["once", "other text"])

    def test_refusals_are_business_errors_with_a_code(self):
        self.server()
        unknown = self.ask("request", "fly", "--data", "{}", expect=3)[0]
        self.assertEqual(unknown["error_detail"]["code"], "UNKNOWN_ACTION")
        self.assertEqual(unknown["error_detail"]["kind"], "business")
        self.assertIsInstance(unknown["error"], str)
        bad = self.ask("request", "send_message", "--data", '{"room_id":"room_001"}', expect=3)[0]
        self.assertEqual(bad["error_detail"]["code"], "BAD_REQUEST")

    def test_no_server_is_a_time_out_and_a_system_error(self):
        answer = self.ask("send", "anybody?", "--timeout", "15", expect=4)
        self.assertTrue(answer[0]["request_id"].startswith("req_"), "it says what to repeat")
        for one in answer:
            self.assertEqual(one["error_detail"]["kind"], "system")

    def test_other_actions_answer(self):
        self.server()
        self.send("hello", "--room", "attic")
        rooms = self.ask("request", "list_rooms")[0]["data"]["rooms"]
        self.assertIn("attic", [room["room_id"] for room in rooms])
        members = self.ask("request", "list_members", "--data", '{"room_id":"attic"}')[0]["data"]["members"]
        self.assertEqual([member["user_id"] for member in members], ["ann"])
        account = self.ask("request", "get_account")[0]["data"]
        self.assertEqual(account["state"], "active")

    def test_events_are_printed_in_order_by_type_and_count(self):
        self.server()
        all_of_them = self.watcher("--count", 3)
        messages = self.watcher("--type", "message_sent", "--count", 2)
        self.ask("request", "join_room", "--data", '{"room_id":"room_001"}')
        self.send("one")
        self.send("two")
        self.assertEqual(messages.finish(), 0)
        self.assertEqual([one["message"] for one in messages.json_lines()], ["one", "two"])
        self.assertEqual([one["seq"] for one in messages.json_lines()], [1, 2])
        self.assertEqual(all_of_them.finish(), 0)
        self.assertEqual([one["type"] for one in all_of_them.json_lines()], ["user_join", "message_sent", "message_sent"])

    def test_history_pages_hang_together(self):
        self.server()
        for number in range(7):
            self.send(f"message {number}")
        newest = self.ask("history", "--limit", 3, "--show-cursor")
        self.assertEqual([one["message"] for one in newest[:-1]], ["message 4", "message 5", "message 6"])
        older = self.ask("history", "--limit", 3, "--cursor", newest[-1]["next_cursor"])
        self.assertEqual([one["message"] for one in older], ["message 1", "message 2", "message 3"])
        everything = self.ask("history", "--limit", 3, "--all")
        self.assertEqual([one["seq"] for one in everything], list(range(1, 8)))


if __name__ == "__main__":
    unittest.main()
