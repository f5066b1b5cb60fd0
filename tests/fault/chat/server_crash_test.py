# The server is killed at each point of a request: nothing accepted is lost, doubled or left unpublished.
import signal
import sqlite3
import threading
import unittest

from installation import SOON, eventually, installation


class server_crash(installation):
    def rows(self, table):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return database.execute(f"select count(*) from {table}").fetchone()[0]

    def crash_at(self, point):
        marker = self.folder / "reached"
        # The second request meets the failpoint: the first shows that all was well before.
        first = self.server(PARLEY_FAILPOINT=f"{point}:2", PARLEY_FAILPOINT_MARKER=str(marker))
        watcher = self.watcher("--type", "message_sent")
        before = self.send("before")
        self.assertEqual(before["data"]["seq"], 1)
        answers = []
        asking = threading.Thread(target=lambda: answers.append(self.send("hit", "--request-id", "req_hit", "--timeout", 45)))
        asking.start()
        self.assertEqual(first.finish(), -signal.SIGKILL, first.told())
        self.assertTrue(marker.exists(), f"{point} was not reached")

        second = self.server()
        asking.join(2 * SOON)
        self.assertEqual([answer["data"]["seq"] for answer in answers], [2], second.told())
        again = self.send("hit", "--request-id", "req_hit")
        self.assertEqual(again["data"]["message_id"], answers[0]["data"]["message_id"])
        self.assertTrue(again["data"]["duplicate"])
        self.assertEqual(self.send("after")["data"]["seq"], 3)
        self.assertEqual([(one["seq"], one["message"]) for one in self.history()], [(1, "before"), (2, "hit"), (3, "after")])
        watcher.wait_lines(3)
        self.assertEqual([(one["seq"], one["message"]) for one in watcher.json_lines()], [(1, "before"), (2, "hit"), (3, "after")])
        eventually(lambda: self.rows("outbox") == 0, "the outbox is published to the last row", told=second.told)
        self.assertGreaterEqual(self.stored("events"), 3, "every event reached the broker")
        self.assertEqual(self.rows("messages"), 3)
        self.assertEqual(second.terminate(15), 0, second.told())


def add(point):
    setattr(server_crash, f"test_killed_{point}", lambda self: self.crash_at(point))


for name in ("before_store", "after_store", "after_publish_response", "after_publish_event", "after_mark", "before_commit", "after_commit"):
    add(name)

if __name__ == "__main__":
    unittest.main()
