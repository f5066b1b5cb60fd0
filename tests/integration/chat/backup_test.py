# What docs/operations.md says of backups: made while the server is busy, restored, and what came after one given again by RocketMQ.
import sqlite3
import subprocess
import time
import unittest
from contextlib import closing

from installation import PATIENCE, eventually, installation

MESSAGES = 300


class a_backup(installation):
    def setUp(self):
        super().setUp()
        self.backup = self.folder / "backup.db"

    def make_backup(self):
        with closing(sqlite3.connect(self.database, isolation_level=None, timeout=PATIENCE)) as on:
            on.execute("VACUUM INTO ?", (str(self.backup),))

    def restore(self):
        for left_behind in ("-wal", "-shm"):
            self.database.with_name(self.database.name + left_behind).unlink(missing_ok=True)
        self.database.write_bytes(self.backup.read_bytes())

    def give_again_since(self, when):
        reset = self.start("admin", "group", "reset", f"server-{self.mark}_consumer", "--topic", f"chat-{self.mark}-requests",
                           "--to", int(when * 1000), "--yes")
        self.assertEqual(reset.finish(), 0, reset.told())

    def texts(self):
        return [one["message"] for one in self.history("busy")]

    def test_is_whole_though_the_server_is_busy_and_rocketmq_gives_again_what_came_after_it(self):
        begun = time.time()
        server = self.server()
        self.send("known", "--request-id", "known")
        talker = self.start("client", "--room", "busy", stdin=subprocess.PIPE, **self.client_environment())
        said = [f"message {number}" for number in range(MESSAGES)]
        for text in said[:-1]:
            talker.say(text)
        talker.wait_lines(MESSAGES // 10, wanted=lambda line: "message " in line)
        self.make_backup()
        talker.say(said[-1])
        talker.wait_lines(MESSAGES, wanted=lambda line: "message " in line)
        self.assertEqual(self.texts(), said)
        self.assertEqual(server.terminate(), 0, server.told())

        with closing(sqlite3.connect(self.backup)) as on:
            self.assertEqual(on.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            (kept,) = on.execute("SELECT last_seq FROM rooms WHERE room_id = 'busy'").fetchone()
        self.assertTrue(0 < kept < MESSAGES)
        self.restore()
        self.give_again_since(begun - 60)
        server = self.server()
        eventually(lambda: len(self.texts()) == MESSAGES, "every message is there again", told=server.told)
        again = self.texts()
        self.assertEqual(again[:kept], said[:kept])
        self.assertEqual(sorted(again), sorted(said))
        self.assertTrue(self.send("known", "--request-id", "known")["data"]["duplicate"])


if __name__ == "__main__":
    unittest.main()
