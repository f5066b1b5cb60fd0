# One trace id from a client's request through the server to the event: an operator finds all of it by one word.
import json
import unittest

from installation import eventually, installation


def records(of, text):
    """The JSON log records of a program that say `text`."""
    lines = (json.loads(line) for line in of.log().splitlines() if line.startswith("{"))
    return [one for one in lines if one["msg"] == text]


class trace(installation):
    def test_the_askers_trace_id_is_in_the_logs_of_the_server_and_of_whoever_sees_the_event(self):
        log = {"LOG_LEVEL": "info", "LOG_FORMAT": "json"}
        server = self.server(**log)
        watcher = self.start("client", "--service", **log, **self.client_environment("robot"))
        watcher.wait_logged("connected")
        sender = self.start("send", "nobody reads this in a log", "--timeout", 30, **log, **self.client_environment("ann"))
        self.assertEqual(sender.finish(), 0, sender.told())
        (asked,) = [one for one in records(sender, "a request has ended") if one["action"] == "send_message"]
        self.assertRegex(asked["trace_id"], "^[0-9a-f]{32}$")
        self.assertEqual(asked["result"], "ok")

        def seen(of, text):
            return eventually(lambda: [one for one in records(of, text) if one.get("trace_id") == asked["trace_id"]],
                              f"{of.name} logs {text!r} with the trace id", told=of.told)
        handled = seen(server, "a request was handled")[0]
        self.assertEqual([handled[key] for key in ("request_id", "action", "user_id", "result")],
                         [asked["request_id"], "send_message", "ann", "ok"])
        self.assertGreaterEqual(int(handled["latency_ms"]), 0)
        answer = seen(server, "an answer was published")[0]
        self.assertEqual(answer["request_id"], asked["request_id"])
        (published,) = [one for one in seen(server, "an event was published") if one["event_type"] == "message_sent"]
        event = seen(watcher, "a message was sent")[0]
        self.assertEqual(published["message_id"], event["message_id"])
        self.assertEqual(event["user_id"], "ann")
        for program in (server, watcher, sender):
            self.assertNotIn("nobody reads this", program.log(), "a body is never logged")


if __name__ == "__main__":
    unittest.main()
