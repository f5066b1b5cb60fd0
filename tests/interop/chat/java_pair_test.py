#!/usr/bin/env python3
# The Java server and the Java client with each other: the two peers that the other scripts judge Parley by are sound.
import unittest
import uuid

from harness import of_kind, scenario


class java_pair(scenario):
    def setUp(self):
        super().setUp()
        self.server = self.java("server")

    def ask(self, client, request):
        request.setdefault("request_id", f"req_{uuid.uuid4().hex}")
        client.write(request)
        return client.wait(lambda line: line.get("kind") == "response"
                           and line["body"]["request_id"] == request["request_id"], request["action"])[0]

    def exchange(self, role):
        client = self.java(role)
        sent = self.ask(client, {"action": "send_message", "data": {"message": "Grüße, 世界", "room_id": "room_001"}})
        self.assertEqual(sent["body"]["data"]["status"], "sent")
        self.assertIsNone(sent["body"]["error"])
        self.assertEqual(sent["properties"]["response_type"], "send_message")
        self.assertIsNone(sent["tag"])
        history = self.ask(client, {"action": "get_history", "data": {"room_id": "room_001"}})
        self.assertEqual([one["message"] for one in history["body"]["data"]["messages"]], ["Grüße, 世界"])
        refused = self.ask(client, {"action": "dance", "data": {}})
        self.assertFalse(refused["body"]["success"])
        self.assertIsInstance(refused["body"]["error"], str)
        events = client.wait(of_kind("event"), "events", 2)
        self.assertEqual(sorted(event["body"]["type"] for event in events), ["message_sent", "user_join"])

    def test_exchange_requests_responses_and_events_when_the_client_consumes_in_clustering_mode(self):
        self.exchange("group-client")

    def test_exchange_requests_responses_and_events_when_the_client_consumes_in_broadcasting_mode(self):
        self.exchange("client")


if __name__ == "__main__":
    unittest.main()
