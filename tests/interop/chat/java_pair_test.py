#!/usr/bin/env python3
# The Java server and the Java client with each other: the two peers that the other scripts judge Parley by are sound.
import unittest

from harness import scenario


class java_pair(scenario):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage.java("server")

    def exchange(self, role, user):
        stage = self.stage
        client = stage.java(role, user=user)
        sent = stage.ask(client, {"action": "send_message", "data": {"message": "Grüße, 世界", "room_id": self.room}})
        self.assertEqual(sent["body"]["data"]["status"], "sent")
        self.assertIsNone(sent["body"]["error"])
        self.assertEqual(sent["properties"]["response_type"], "send_message")
        self.assertIsNone(sent["tag"])
        history = stage.ask(client, {"action": "get_history", "data": {"room_id": self.room}})
        self.assertEqual([one["message"] for one in history["body"]["data"]["messages"]], ["Grüße, 世界"])
        refused = stage.ask(client, {"action": "dance", "data": {}})
        self.assertFalse(refused["body"]["success"])
        self.assertIsInstance(refused["body"]["error"], str)
        # A new group on a young topic begins with what the other test left there.
        events = client.wait(lambda line: line.get("kind") == "event" and line["body"]["user_id"] == user, "events", 2,
                             key=lambda line: line["body"]["type"])
        self.assertEqual(sorted(event["body"]["type"] for event in events), ["message_sent", "user_join"])
        client.close()

    def test_exchange_requests_responses_and_events_when_the_client_consumes_in_clustering_mode(self):
        self.exchange("group-client", "user_1")

    def test_exchange_requests_responses_and_events_when_the_client_consumes_in_broadcasting_mode(self):
        self.exchange("client", "user_2")


if __name__ == "__main__":
    unittest.main()
