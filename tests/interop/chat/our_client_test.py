#!/usr/bin/env python3
# `parley send`, `history`, `request` and `events` against a Java server that knows the contract and nothing of ours.
import unittest

from harness import scenario


class our_client(scenario):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.stage.java("server")

    def test_sends_and_reads_history_without_a_switch(self):
        sent = self.stage.parley("send", "Grüße,", "世界", "--room", self.room)
        self.assertEqual(len(sent), 1)
        self.assertIs(sent[0]["success"], True)
        self.assertEqual(sent[0]["data"]["status"], "sent")
        self.assertIsNone(sent[0]["error"])
        history = self.stage.parley("history", "--room", self.room, "--all")
        self.assertEqual([(one["user_id"], one["message"]) for one in history], [("user_001", "Grüße, 世界")])

    def test_reads_a_history_so_long_that_java_compresses_it(self):
        text = "Grüße, 世界 " * 400
        for _ in range(3):
            self.stage.parley("send", text, "--room", self.room)
        self.assertEqual([one["message"] for one in self.stage.parley("history", "--room", self.room)], [text] * 3)

    def test_writes_the_properties_and_the_body_of_the_contract(self):
        self.stage.parley("request", "get_history", "--data", '{"room_id":"r"}', "--request-id", "req_42", user="ann")
        request = self.server.wait(lambda line: line["kind"] == "request" and line["body"]["request_id"] == "req_42", "request")[0]
        self.assertEqual({name: request["properties"][name] for name in ("request_id", "user_id", "action")},
                         {"request_id": "req_42", "user_id": "ann", "action": "get_history"})
        self.assertEqual(request["body"], {"request_id": "req_42", "user_id": "ann", "action": "get_history", "data": {"room_id": "r"}})

    def test_tells_a_foreign_refusal_by_its_exit_status(self):
        refused = self.stage.parley("request", "dance", status=3)
        self.assertIs(refused[0]["success"], False)
        self.assertIn("dance", refused[0]["error"])
        self.assertEqual(refused[0]["error_detail"]["kind"], "business")

    def test_shows_foreign_events_that_carry_no_tag_and_no_seq(self):
        everything = self.stage.parley_events("--count", "3")
        messages = self.stage.parley_events("--type", "message_sent", "--count", "2")
        self.stage.parley("send", "one", user="bob")
        self.stage.parley("send", "two", user="bob")
        self.assertEqual(everything.finish(), 0)
        self.assertEqual(messages.finish(), 0)
        self.assertEqual(sorted((event["type"], event["message"]) for event in everything.lines),
                         [("message_sent", "one"), ("message_sent", "two"), ("user_join", "bob joined")])
        self.assertEqual([(event["type"], event["message"]) for event in messages.lines],
                         [("message_sent", "one"), ("message_sent", "two")])

    def test_gives_up_on_a_server_that_does_not_answer(self):
        failed = self.stage.parley("send", "anybody?", "--timeout", "15", "--topic-prefix", f"{self.stage.prefix}-deserted", status=4)
        self.assertEqual(failed[0]["error_detail"]["kind"], "system")


if __name__ == "__main__":
    unittest.main()
