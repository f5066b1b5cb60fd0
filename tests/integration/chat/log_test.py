# The log of a program that stays: JSON on standard output, fields that are documented, a level that changes while it runs.
import json
import re
import signal
import unittest

from installation import SOURCE, eventually, installation

FIXED = {"ts", "level", "msg"}


def records(of):
    """Every line of the log, each of which must be an object by itself."""
    return [json.loads(line) for line in of.log().splitlines()]


def documented_fields():
    text = (SOURCE / "docs" / "operations.md").read_text()
    section = text.split("## Logs", 1)[1].split("\n## ", 1)[0]
    return {name for row in re.findall(r"^\| (.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}


class log(installation):
    def test_each_line_is_json_with_documented_fields_and_each_request_answer_and_event_is_there_once(self):
        server = self.server(POD_NAME="chat-0", POD_NAMESPACE="prod")
        said = [self.send(f"number {number}")["request_id"] for number in range(3)]
        eventually(lambda: server.log().count("an event was published") >= 4, "three messages and one arrival", told=server.told)
        known = documented_fields()
        for one in records(server):
            self.assertLessEqual(FIXED, set(one))
            self.assertLessEqual(set(one), known, f"not in docs/operations.md: {one}")
            self.assertEqual((one["pod"], one["namespace"]), ("chat-0", "prod"))
        for request_id in said:
            for text in ("a request was handled", "an answer was published"):
                (once,) = [one for one in records(server) if one["msg"] == text and one.get("request_id") == request_id]
                self.assertIsInstance(once["offset"], int)
                self.assertRegex(once["queue"], r"^chat-.*@.*:\d+$")
        events = [one["message_id"] for one in records(server) if one["msg"] == "an event was published" and one["event_type"] == "message_sent"]
        self.assertEqual((len(events), len(set(events))), (3, 3))

    def test_sighup_turns_debug_on_and_off(self):
        server = self.server(ready=False, LOG_LEVEL="warn")
        self.send("not logged")
        self.assertEqual(records(server), [])
        server.signal(signal.SIGHUP)
        server.wait_logged('"log_level":"debug"')
        self.send("logged")
        server.wait_logged("a request was handled")
        server.signal(signal.SIGHUP)
        server.wait_logged('"log_level":"warn"')
        before = len(records(server))
        self.send("not logged")
        self.assertEqual(len(records(server)), before, server.told())
        self.assertEqual(server.terminate(), 0)

    def test_sighup_reads_the_file_again_and_keeps_the_level_when_the_file_is_no_good(self):
        file = self.folder / "server.env"
        file.write_text('CHAT_DB="chat.db"\nLOG_LEVEL="warn"\n')
        server = self.server(ready=False, LOG_LEVEL_FILE=str(file), LOG_LEVEL="debug")
        server.wait_logged('"log_level":"warn"')
        self.send("not a word of this is logged")
        self.assertEqual(len(records(server)), 1, server.told())
        file.write_text("info\n")
        server.signal(signal.SIGHUP)
        server.wait_logged('"log_level":"info"')
        self.send("heard")
        server.wait_logged("a request was handled")
        file.write_text("loud\n")
        server.signal(signal.SIGHUP)
        server.wait_logged("names no level")
        file.unlink()
        server.signal(signal.SIGHUP)
        server.wait_logged("cannot be read")
        self.send("heard")
        server.wait_logged("a request was handled", times=2)
        self.assertEqual(server.terminate(), 0)

    def test_a_terminal_that_goes_away_ends_a_command_in_order(self):
        self.server()
        watcher = self.watcher()
        watcher.signal(signal.SIGHUP)
        self.assertEqual(watcher.finish(), 0, watcher.told())


if __name__ == "__main__":
    unittest.main()
