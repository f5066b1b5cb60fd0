#!/usr/bin/env python3
# Tries scripts/rocketmq for real: two at once, kill and restart, clear refusals, and no process or file left behind.
import os
import socket
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SCRIPT = Path(os.environ.get("PARLEY_SOURCE", Path(__file__).resolve().parents[2])) / "scripts" / "rocketmq"


def run(*arguments):
    return subprocess.run([SCRIPT, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def environment(text):
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def listens(address):
    host, port = address.rsplit(":", 1)
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def runs(pid):
    """A zombie that nobody has waited for yet does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class a_real_rocketmq(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def start(self, name, *options):
        folder = self.folder / name
        self.addCleanup(lambda: folder.exists() and run("stop", "--dir", folder))
        started = run("start", "--dir", folder, *options)
        self.assertEqual(0, started.returncode, started.stderr)
        return environment(started.stdout)

    def test_two_at_once_share_nothing_and_leave_nothing(self):
        with ThreadPoolExecutor() as pool:
            one, two = pool.map(self.start, ("one", "two"))
        addresses = [one["NAMESRV"], one["BROKER"], two["NAMESRV"], two["BROKER"]]
        self.assertEqual(4, len(set(addresses)))
        self.assertTrue(all(map(listens, addresses)))
        self.assertEqual(one, environment((self.folder / "one" / "env").read_text()))
        self.assertEqual(0, run("stop", "--dir", one["DIR"]).returncode)
        self.assertFalse(Path(one["DIR"]).exists() or runs(one["BROKER_PID"]) or runs(one["NAMESRV_PID"]))
        self.assertEqual(0, run("status", "--dir", two["DIR"]).returncode, "stopping one must not touch the other")

    def test_a_killed_broker_comes_back_with_its_topics(self):
        before = self.start("one")
        made = run("admin", "--dir", before["DIR"], "updateTopic", "-t", "kept", "-c", "DefaultCluster")
        self.assertEqual(0, made.returncode, made.stdout + made.stderr)
        self.assertEqual(0, run("kill-broker", "-9", "--dir", before["DIR"]).returncode)
        self.assertFalse(listens(before["BROKER"]))
        self.assertEqual(3, run("status", "--dir", before["DIR"]).returncode)
        after = environment(run("start-broker", "--dir", before["DIR"]).stdout)
        self.assertEqual(before["BROKER"], after["BROKER"])
        self.assertNotEqual(before["BROKER_PID"], after["BROKER_PID"])
        self.assertIn("kept", run("admin", "--dir", before["DIR"], "topicList").stdout.split())
        unknown = run("admin", "--dir", before["DIR"], "topicStatus", "-t", "nobody_made_this")
        self.assertEqual(1, unknown.returncode, "mqadmin's failure must be seen by scripts")

    def test_refusals_say_what_to_do(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            refused = run("start", "--dir", self.folder / "port", "--port", port)
        self.assertEqual(1, refused.returncode)
        self.assertIn(f"port {port} is in use", refused.stderr)
        (self.folder / "precious").write_text("x")
        refused = run("start", "--dir", self.folder)
        self.assertIn("not a directory of this script", refused.stderr)
        refused = run("stop", "--dir", self.folder)
        self.assertIn("nothing was started", refused.stderr)
        self.assertTrue((self.folder / "precious").exists())


if __name__ == "__main__":
    unittest.main()
