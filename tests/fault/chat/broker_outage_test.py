# The broker is killed, restarted and paused while clients talk: what was accepted is there once, every request ends in time.
import os
import subprocess
import time
import unittest

from installation import SOON, SOURCE, installation, running

TALKER = os.environ.get("PARLEY_TALKER") or str(SOURCE / "build" / "release" / "tests" / "fault" / "chat" / "chat_talker")
SCRIPT = str(SOURCE / "scripts" / "rocketmq")
# The contract's 10 s, and what a busy machine may add before a line is printed.
LONGEST_MS = 10_000 + 2_000


def rocketmq(*arguments):
    done = subprocess.run([SCRIPT, *arguments], text=True, capture_output=True, timeout=240)
    if done.returncode != 0:
        raise AssertionError(f"scripts/rocketmq {arguments}: {done.stdout}{done.stderr}")
    return done.stdout


class broker_outage(installation):
    @classmethod
    def setUpClass(cls):
        lines = rocketmq("start").split()
        cls.own = dict(line.split("=", 1) for line in lines)
        cls.addClassCleanup(rocketmq, "stop", "--dir", cls.own["DIR"])

    def broker(self):
        return self.own

    def talker(self, user, messages, pause_ms):
        out = running([TALKER, user, str(messages), str(pause_ms)], self.environment(**self.client_environment(user)), self.folder, user)
        self.addCleanup(out.discard)
        out.wait_lines(1)
        return out

    def broken(self, *command):
        rocketmq(*command, "--dir", self.own["DIR"])

    def said(self, talkers):
        return sum(1 for one in talkers for line in one.json_lines() if line.get("accepted"))

    def judge(self, talkers, server):
        """What holds whatever happened to the broker."""
        told = lambda: "\n".join(one.told() for one in [*talkers, server])
        for one in talkers:
            self.assertEqual(one.finish(2 * SOON), 0, told())
        accepted = {}
        for one in talkers:
            for line in one.json_lines():
                if "accepted" not in line:
                    continue
                self.assertLessEqual(line["ms"], LONGEST_MS, f"{line}: no request outlives its deadline\n{told()}")
                if line["accepted"]:
                    self.assertNotIn(line["seq"], accepted, told())
                    accepted[line["seq"]] = line["text"]
        kept = self.history("fault")
        self.assertEqual([one["seq"] for one in kept], list(range(1, len(kept) + 1)))
        by_seq = {one["seq"]: one["message"] for one in kept}
        for seq, text in accepted.items():
            self.assertEqual(by_seq.get(seq), text, f"an accepted message is lost\n{told()}")
        self.assertEqual(len({one["message"] for one in kept}), len(kept), f"a message is there twice\n{told()}")
        for one in talkers:
            seen = [line["event"] for line in one.json_lines() if "event" in line]
            self.assertEqual(seen, sorted(set(seen)), f"{one.name} sees each event once and in order")
            missed = set(accepted) - set(seen)
            self.assertFalse(missed, f"{one.name} does not see {sorted(missed)}\n{told()}")
        return len(accepted)

    def test_killed_and_restarted(self):
        server = self.server()
        talkers = [self.talker(f"talker{n}", 300, 100) for n in range(2)]
        time.sleep(2)  # so that there is something under way: the fault is what is timed here, not an outcome
        self.broken("kill-broker", "-9")
        before = self.said(talkers)
        time.sleep(3)
        self.broken("start-broker")
        accepted = self.judge(talkers, server)
        self.assertGreater(before, 0, "the broker was killed before anything was said")
        self.assertGreater(accepted, before, f"the clients did not resume\n{server.told()}")

    def test_paused_for_five_seconds(self):
        server = self.server()
        talkers = [self.talker(f"talker{n}", 150, 100) for n in range(2)]
        time.sleep(2)
        self.broken("pause-broker")
        before = self.said(talkers)
        time.sleep(5)
        self.broken("resume-broker")
        accepted = self.judge(talkers, server)
        self.assertGreater(before, 0)
        # Shorter than the deadline: everything is answered in the end.
        self.assertEqual(accepted, 300, f"a pause within the deadline costs no message\n{server.told()}")

    def test_server_killed_while_clients_talk(self):
        server = self.server()
        talkers = [self.talker(f"talker{n}", 100, 50) for n in range(2)]
        for _ in range(3):
            time.sleep(1)
            server.process.kill()
            server.finish()
            server = self.server()
        accepted = self.judge(talkers, server)
        self.assertEqual(accepted, 200, f"a restart within the deadline costs no message\n{server.told()}")


if __name__ == "__main__":
    unittest.main()
