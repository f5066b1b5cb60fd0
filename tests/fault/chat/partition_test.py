# The network between the chat and its broker fails, both ways or one way: the broker has a network namespace of its own.
import os
import shutil
import subprocess
import time
import unittest

from outage import outage, rocketmq

CUT_SECONDS = 8  # the fault's length: longer than a request's patience with one connection, shorter than its deadline


def run(*command):
    return subprocess.run(command, text=True, capture_output=True)


def must(*command):
    done = run(*command)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stdout}{done.stderr}")


class namespace:
    """A host of its own on this machine, joined to it by one virtual cable."""

    def __init__(self):
        number = os.getpid() % 16000
        self.name = f"parley{number}"
        base = number * 4
        self.ours, self.theirs = (f"10.200.{base >> 8}.{(base & 255) + host}" for host in (1, 2))
        self.cable = f"pl{number}a"
        far = f"pl{number}b"
        must("ip", "netns", "add", self.name)
        must("ip", "link", "add", self.cable, "type", "veth", "peer", "name", far)
        must("ip", "link", "set", far, "netns", self.name)
        must("ip", "addr", "add", f"{self.ours}/30", "dev", self.cable)
        must("ip", "link", "set", self.cable, "up")
        for command in (["ip", "link", "set", "lo", "up"], ["ip", "addr", "add", f"{self.theirs}/30", "dev", far], ["ip", "link", "set", far, "up"]):
            self.inside(*command)
        self.far = far

    def inside(self, *command):
        must("ip", "netns", "exec", self.name, *command)

    def drop(self, *chains):
        """Packets vanish without a word, as on a cable that is cut: to the broker (INPUT), from it (OUTPUT)."""
        for chain in chains:
            self.inside("iptables", "-A", chain, "-" + ("i" if chain == "INPUT" else "o"), self.far, "-j", "DROP")

    def heal(self):
        self.inside("iptables", "-F")

    def remove(self):
        run("ip", "link", "del", self.cable)
        run("ip", "netns", "del", self.name)


def possible():
    """Whether this machine lets us make network namespaces."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("iptables"):
        return False
    name = f"parleytry{os.getpid()}"
    made = run("ip", "netns", "add", name).returncode == 0
    run("ip", "netns", "del", name)
    return made


@unittest.skipUnless(possible(), "network namespaces need root, ip and iptables")
class partition(outage):
    @classmethod
    def start_broker(cls):
        cls.host = namespace()
        cls.addClassCleanup(cls.host.remove)
        script = ["ip", "netns", "exec", cls.host.name]
        return rocketmq("start", "--bind", cls.host.theirs, prefix=script)

    def cut(self, *chains):
        server = self.server()
        talkers = self.talkers()
        self.wait_said(talkers, 5)
        self.host.drop(*chains)
        time.sleep(CUT_SECONDS)
        self.host.heal()
        self.wait_said(talkers, 20)
        self.judge(talkers, server)

    def test_nothing_passes(self):
        self.cut("INPUT", "OUTPUT")

    def test_nothing_reaches_the_broker(self):
        self.cut("INPUT")

    def test_nothing_comes_from_the_broker(self):
        self.cut("OUTPUT")


if __name__ == "__main__":
    unittest.main()
