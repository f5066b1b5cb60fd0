#!/usr/bin/env python3
# A Java client that knows the contract and nothing else, against `parley server`.
import json
import unittest
import uuid

from harness import first_of_each, scenario


def unique_id():
    return f"req_{uuid.uuid4().hex}"


class our_server(scenario):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.stage.parley_server()
        cls.client = cls.stage.java("client")

    def say(self, text, **more):
        return self.stage.ask(self.client, {"action": "send_message", "data": {"message": text, "room_id": self.room}, **more})

    def send_raw(self, body, **properties):
        self.client.write({"body": body if isinstance(body, str) else json.dumps(body), "properties": properties})

    def said_here(self, line):
        return line.get("kind") == "event" and line["body"]["type"] == "message_sent" and line["body"]["room_id"] == self.room

    def answer_to(self, request_id):
        return self.client.wait(lambda line: line.get("kind") == "response" and line["body"]["request_id"] == request_id,
                                f"the answer to {request_id!r}")[0]

    def assert_refused(self, answer, code):
        body = answer["body"]
        self.assertIs(body["success"], False)
        self.assertIsInstance(body["error"], str)
        self.assertTrue(body["error"])
        self.assertEqual(body["error_detail"]["code"], code)
        self.assertEqual(body["error_detail"]["kind"], "business")

    def test_answers_and_announces_a_message_and_keeps_it(self):
        answer = self.say("Grüße, 世界 👋")
        self.assertIs(answer["body"]["success"], True)
        self.assertIsNone(answer["body"]["error"])
        self.assertEqual(answer["body"]["data"]["status"], "sent")
        self.assertEqual(answer["properties"]["response_type"], "send_message")
        self.assertEqual(answer["properties"]["request_id"], answer["body"]["request_id"])
        self.assertIsNone(answer["tag"], "a client that names no reply_to is answered without a tag")
        event = self.client.wait(self.said_here, "event")[0]
        self.assertEqual(event["body"]["message"], "Grüße, 世界 👋")
        self.assertEqual(event["body"]["user_id"], "user_java")
        self.assertRegex(event["body"]["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        self.assertEqual(event["properties"]["event_type"], "message_sent")
        self.assertEqual(event["properties"]["user_id"], "user_java")
        history = self.stage.ask(self.client, {"action": "get_history", "data": {"room_id": self.room}})
        kept = history["body"]["data"]["messages"]
        self.assertEqual([one["message"] for one in kept], ["Grüße, 世界 👋"])
        self.assertEqual(kept[0]["message_id"], answer["body"]["data"]["message_id"])

    def test_understands_a_message_so_long_that_java_compresses_it(self):
        text = "Grüße, 世界 " * 1000
        self.assertIs(self.say(text)["body"]["success"], True)
        self.assertEqual(self.client.wait(self.said_here, "event")[0]["body"]["message"], text)

    def test_refuses_an_unknown_action_with_a_string_and_a_code(self):
        answer = self.stage.ask(self.client, {"action": "dance", "data": {}})
        self.assert_refused(answer, "UNKNOWN_ACTION")
        self.assertEqual(answer["properties"]["response_type"], "dance")

    def test_answers_a_request_that_carries_no_properties(self):
        request_id = unique_id()
        self.send_raw({"request_id": request_id, "user_id": "u", "action": "get_history", "data": {"room_id": self.room}})
        answer = self.answer_to(request_id)
        self.assertIs(answer["body"]["success"], True)
        self.assertEqual(answer["body"]["data"]["messages"], [])

    def test_is_not_stopped_by_bodies_that_are_no_requests(self):
        for body in ("no JSON", "{", "[1,2]", "null", '"text"', "{}", '{"user_id":"u"}', "[" * 5000, '{"request_id":7,"action":[]}'):
            self.send_raw(body)
        self.client.write({"repeat": "x", "times": 100_000})
        self.assertIs(self.say("still here")["body"]["success"], True)
        self.assertIsNone(self.server.process.poll())

    def test_refuses_wrong_and_missing_fields_by_name(self):
        wrong = [{"message": 5, "room_id": self.room}, {"message": "m", "room_id": [self.room]}, {"message": "m"}, {"room_id": self.room},
                 {"message": "", "room_id": self.room}, {"message": None, "room_id": self.room}]
        for data in wrong:
            with self.subTest(data=data):
                self.assert_refused(self.stage.ask(self.client, {"action": "send_message", "data": data}), "BAD_REQUEST")
        request_id = unique_id()
        self.send_raw({"request_id": request_id, "user_id": "u", "action": "send_message", "data": "text"})
        self.assert_refused(self.answer_to(request_id), "BAD_REQUEST")
        self.assertIs(self.say("still here")["body"]["data"]["seq"], 1, "what was refused has left no message")

    def test_refuses_what_is_too_large_to_whom_it_knows(self):
        in_the_body, in_a_property = unique_id(), unique_id()
        data = {"message": "x" * 70_000, "room_id": self.room}
        self.send_raw({"request_id": in_the_body, "user_id": "u", "action": "send_message", "data": data})
        self.assert_refused(self.answer_to(in_the_body), "TOO_LARGE")
        self.send_raw("x" * 70_000, request_id=in_a_property, user_id="u", action="send_message")
        self.assert_refused(self.answer_to(in_a_property), "TOO_LARGE")

    def test_answers_ids_that_no_property_can_carry_in_the_body(self):
        for request_id in ("", "a\u0001b", "line\nbreak", "x" * 129):
            with self.subTest(request_id=request_id):
                self.send_raw({"request_id": request_id, "user_id": "u", "action": "get_history", "data": {"room_id": self.room}})
                answer = self.answer_to(request_id)
                self.assert_refused(answer, "BAD_REQUEST")
                self.assertNotIn("request_id", answer["properties"])

    def test_stores_a_repeated_request_once(self):
        request_id = unique_id()
        request = {"request_id": request_id, "action": "send_message", "data": {"message": "once", "room_id": self.room}}
        for _ in range(3):
            self.client.write(request)
        answer = lambda line: line.get("kind") == "response" and line["body"]["request_id"] == request_id
        self.client.wait(answer, "answers", 3)
        self.client.wait(answer, "kinds of answers", 2, key=lambda line: line["body"]["data"]["duplicate"])
        self.assertEqual(len({line["body"]["data"]["message_id"] for line in self.client.matching(answer)}), 1)
        self.assertEqual(self.say("next")["body"]["data"]["seq"], 2)

    def test_keeps_two_messages_that_came_under_one_id(self):
        request_id = unique_id()
        for text in ("first", "second"):
            self.client.write({"request_id": request_id, "action": "send_message", "data": {"message": text, "room_id": self.room}})
        answers = self.client.wait(lambda line: line.get("kind") == "response" and line["body"]["request_id"] == request_id,
                                   "answers", 2, key=lambda line: line["body"]["data"]["seq"])
        self.assertEqual(sorted(answer["body"]["data"]["seq"] for answer in answers), [1, 2])

    def test_gives_its_events_to_the_java_client_in_order_and_none_twice_but_as_an_equal_copy(self):
        for number in range(20):
            self.client.write({"action": "send_message", "data": {"message": f"m{number}", "room_id": self.room}})
        seq_of = lambda line: line["body"]["seq"]
        self.client.wait(self.said_here, "events", 20, key=seq_of)
        # Java's listener runs on many threads; in what order they were published, the offsets of the room's one queue tell. An event
        # whose publishing was not answered is published again: its copy is the same and changes no order.
        events = sorted(self.client.matching(self.said_here), key=lambda line: line["offset"])
        self.assertEqual(len({event["queue"] for event in events}), 1)
        self.assertEqual([seq_of(event) for event in first_of_each(events, seq_of)], list(range(1, 21)))
        self.assertEqual(len({json.dumps(event["body"], sort_keys=True) for event in events}), 20, "copies are equal")


if __name__ == "__main__":
    unittest.main()
