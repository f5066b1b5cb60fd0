# `parley admin` against two masters that want signed requests: both are asked, and the one that fails is named.
import json
import subprocess
import unittest

from installation import PARLEY, SOURCE, eventually, installation

SCRIPT = str(SOURCE / "scripts" / "rocketmq")
BOOT = 600


class two_masters(installation):
    def setUp(self):
        self.own = {"NAMESRV": ""}
        super().setUp()
        told = subprocess.run([SCRIPT, "start", "--brokers", "2", "--acl"], text=True, capture_output=True, timeout=BOOT, check=True).stdout
        self.own = dict(line.split("=", 1) for line in told.split())
        self.addCleanup(subprocess.run, [SCRIPT, "stop", "--dir", self.own["DIR"]], capture_output=True, timeout=BOOT, check=True)
        self.name_server = self.own["NAMESRV"]
        self.keys = {"ROCKETMQ_ACCESS_KEY": self.own["ACCESS_KEY"], "ROCKETMQ_SECRET_KEY": self.own["SECRET_KEY"]}

    def broker(self):
        return self.own

    def parley_admin(self, *arguments, expect=0, timeout=50, **environment):
        done = subprocess.run([str(PARLEY), "admin", *map(str, arguments), "--timeout", str(timeout)], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120, env=self.environment(**{**self.keys, **environment}))
        self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def document(self, *arguments):
        return json.loads(self.parley_admin(*arguments, "--json").stdout)

    def test_both_are_asked_and_the_one_that_hangs_is_named(self):
        self.parley_admin("topic", "create", "orders", "--queues", 2)
        both = ["broker-a", "broker-b"]
        self.assertEqual([one["broker"] for one in self.document("topic", "route", "orders")["queues"]], both)
        self.assertEqual([(one["broker"], one["queue"]) for one in self.document("topic", "status", "orders")["queues"]],
                         [("broker-a", 0), ("broker-a", 1), ("broker-b", 0), ("broker-b", 1)])
        self.assertEqual([one["broker"] for one in self.document("cluster", "list")["brokers"]], both)

        server = self.server(**self.keys)
        for number in range(4):
            self.send(f"message {number}", **self.keys)
        group = f"server-{self.mark}_consumer"
        topic = f"chat-{self.mark}-requests"
        progress = eventually(lambda: self.caught_up(group, topic, 4), "the server has committed")
        self.assertEqual(sorted({one["broker"] for one in progress["queues"]}), both)
        self.assertEqual(self.document("group", "connections", group)["members"], 1, "connected to both, named once")
        self.assertEqual(server.terminate(), 0, server.told())
        positions = self.document("group", "reset", group, "--topic", topic, "--to", "earliest", "--yes")
        self.assertEqual(sorted({one["broker"] for one in positions["queues"]}), both)
        self.assertEqual(self.document("group", "progress", group, "--topic", topic)["lag"], 4)

        self.assertIn("answered 16", self.parley_admin("topic", "delete", "orders", "--yes", expect=3, ROCKETMQ_SECRET_KEY="wrong").stderr)
        # One that is killed the NameServer forgets at once; one that hangs it still names.
        subprocess.run([SCRIPT, "pause-broker", "--dir", self.own["DIR"], "--broker", "2"], timeout=BOOT, check=True)
        self.assertIn("broker-b", self.parley_admin("topic", "delete", "orders", "--yes", expect=4, timeout=5).stderr)
        listed = self.parley_admin("cluster", "list", expect=4)
        self.assertIn(self.own["BROKER2"], listed.stderr)
        self.assertIn("broker-a", listed.stdout)

    def caught_up(self, group, topic, messages):
        found = self.document("group", "progress", group, "--topic", topic)
        return found if sum(one["consumer_offset"] for one in found["queues"]) == messages else None


if __name__ == "__main__":
    unittest.main()
