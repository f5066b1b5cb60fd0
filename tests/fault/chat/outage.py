# What tests of an outage share: a broker of their own, clients that keep talking, and the verdict afterwards.
import os
import signal
import subprocess

from installation import SOON, SOURCE, eventually, installation, running

TALKER = os.environ.get("PARLEY_TALKER") or str(SOURCE / "build" / "release" / "tests" / "fault" / "chat" / "chat_talker")
SCRIPT = str(SOURCE / "scripts" / "rocketmq")
# The contract's 10 s, and what a busy machine may add before a line is printed. Where the machine held up the talker's whole thread
# for longer, the talker says so, and that much more is allowed.
LONGEST_MS, MOST_HELD_UP_MS = 10_000 + 2_000, 8_000


def rocketmq(*arguments, prefix=()):
    """scripts/rocketmq, where wanted behind a command that runs it elsewhere."""
    done = subprocess.run([*prefix, SCRIPT, *arguments], text=True, capture_output=True, timeout=800)
    if done.returncode != 0:
        raise AssertionError(f"scripts/rocketmq {arguments}: {done.stdout}{done.stderr}")
    return done.stdout


class outage(installation):
    @classmethod
    def setUpClass(cls):
        cls.own = dict(line.split("=", 1) for line in cls.start_broker().split())
        cls.addClassCleanup(rocketmq, "stop", "--dir", cls.own["DIR"])

    @classmethod
    def start_broker(cls):
        return rocketmq("start")

    def broker(self):
        return self.own

    def talkers(self):
        out = []
        for user in ("ann", "bob"):
            one = running([TALKER, user, "100"], self.environment(**self.client_environment(user)), self.folder, user)
            self.addCleanup(one.discard)
            one.wait_lines(1)
            out.append(one)
        return out

    def wait_said(self, talkers, more):
        """Until each of them has had so many more messages accepted."""
        for one, before in [(one, self.said(one)) for one in talkers]:
            eventually(lambda one=one, before=before: self.said(one) >= before + more, f"{one.name} is answered", 3 * SOON, one.told)

    def broken(self, *command):
        rocketmq(*command, "--dir", self.own["DIR"])

    @staticmethod
    def said(talker):
        return sum(1 for line in talker.json_lines() if line.get("accepted"))

    def judge(self, talkers, server):
        """What holds whatever happened to the broker."""
        told = lambda: "\n".join(one.told() for one in [*talkers, server])
        for one in talkers:
            one.signal(signal.SIGTERM)
        for one in talkers:
            self.assertEqual(one.finish(2 * SOON), 0, told())
        accepted = {}
        for one in talkers:
            for line in one.json_lines():
                if "accepted" not in line:
                    continue
                longest = LONGEST_MS + min(line["held_up_ms"], MOST_HELD_UP_MS)
                self.assertLessEqual(line["ms"], longest, f"{line}: no request outlives its deadline\n{told()}")
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
            # It came while others talked already, and stays until it has seen its own last message.
            own = [line["seq"] for line in one.json_lines() if line.get("accepted")]
            missed = {seq for seq in accepted if min(own) <= seq <= max(own)} - set(seen)
            self.assertFalse(missed, f"{one.name} does not see {sorted(missed)}\n{told()}")
