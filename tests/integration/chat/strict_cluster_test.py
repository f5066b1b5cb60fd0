# A cluster that makes no topic and no group by itself: server and client make what they need.
import subprocess
import unittest

from installation import SOURCE, installation

SCRIPT = str(SOURCE / "scripts" / "rocketmq")


class strict_cluster(installation):
    @classmethod
    def setUpClass(cls):
        told = subprocess.run([SCRIPT, "start", "--no-auto-create"], text=True, capture_output=True, timeout=800, check=True).stdout
        cls.own = dict(line.split("=", 1) for line in told.split())
        cls.addClassCleanup(subprocess.run, [SCRIPT, "stop", "--dir", cls.own["DIR"]], capture_output=True, timeout=200, check=True)

    def broker(self):
        return self.own

    def test_topics_and_groups_are_made(self):
        server = self.server()
        answer = self.send("hello")
        self.assertEqual(answer["data"]["seq"], 1, server.told())
        self.assertEqual([one["message"] for one in self.history()], ["hello"])


if __name__ == "__main__":
    unittest.main()
