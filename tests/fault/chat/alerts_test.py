# Every alert that is shipped fires in a real Prometheus under the fault that it is for, and is silent before.
import os
import re
import sqlite3
import subprocess
import threading
import unittest

from installation import PARLEY, SOURCE
from operations import free_address, operations
from outage import eventually, outage, rocketmq
from watched import watched

# What differs from what is shipped: how long, and how many. A test has seconds where an operator has minutes.
SHORTER = ((r"\[5m\]", "[10s]"), (r"\[15m\]", "[60s]"), (r"for: \dm", "for: 1s"), (r"> 1000", "> 3"), (r"> 100\b", "> 3"))


class alerts(watched, outage):
    def setUp(self):
        super().setUp()
        self.fired = set()
        self.text = "hello"
        self.talkers = []
        server_ops, client_ops = free_address(), free_address()
        self.chat = self.server(CHAT_OPS=server_ops)
        self.start_robot(client_ops)
        for address in (server_ops, client_ops):
            operations(address).wait_ready(told=self.chat.told)
        rules = (SOURCE / "deploy" / "prometheus" / "rules.yml").read_text()
        self.shipped = set(re.findall(r"- alert: (\w+)", rules))
        for shipped, shorter in SHORTER:
            rules = re.sub(shipped, shorter, rules)
        self.start_prometheus(server_ops, client_ops, rules, interval="2s")

    def start_robot(self, where):
        """A client whose log goes into a pipe that this test reads, or does not."""
        out, end = os.pipe()
        self.robot = subprocess.Popen([PARLEY, "client", "--service", "--ops", where], stdin=subprocess.DEVNULL, stdout=end, cwd=self.folder,
                                      env=self.environment(**self.client_environment("robot")))
        self.log_start, self.reading = end, threading.Event()
        self.reading.set()
        reader = threading.Thread(target=self.read_log, args=(out,), daemon=True)
        reader.start()
        self.addCleanup(lambda: (self.robot.kill(), self.robot.wait(), os.close(end), self.reading.set(), reader.join(), os.close(out)))

    def read_log(self, out):
        while os.read(out, 65536):
            self.reading.wait()

    def firing(self):
        found = self.api("alerts")
        return {one["labels"]["alertname"] for one in found["alerts"] if one["state"] == "firing"} if found else set()

    def keep_asking(self, most=5):
        """So many people with something to say, whether they are answered or not."""
        self.talkers = [one for one in self.talkers if one.process.poll() is None]
        while len(self.talkers) < most:
            self.talkers.append(self.start("send", self.text, "--timeout", 4, **self.client_environment("ann")))

    def fires(self, *names):
        seen = set()

        def looked():
            self.keep_asking()
            seen.update(self.firing())
            return seen >= set(names)
        eventually(looked, f"{names} fire", told=lambda: f"{seen}\n{self.talkers[0].told()}\n{self.chat.told()}")
        print(f"{sorted(seen)} fired")
        self.fired |= seen

    def calm(self):
        def looked():
            self.keep_asking(2)
            return self.firing() == set()
        eventually(looked, "nothing fires any more", told=lambda: f"{self.firing()} robot {self.robot.poll()}\n{self.chat.told()}")

    def test_each_alert_under_its_fault(self):
        self.talk_until(lambda: self.has_data("parley:send_success:ratio_rate5m"), "the figures are there")
        self.calm()
        for fault in (self.store_is_locked, self.answers_cannot_be_published, self.log_is_not_read, self.answers_are_too_large, self.program_is_gone):
            fault()
        self.assertEqual(self.fired, self.shipped)

    def store_is_locked(self):
        other = sqlite3.connect(self.database, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            self.fires("ParleyNotReady", "ParleySlow", "ParleyLag", "ParleyRequestsFail")
        finally:
            other.close()
        self.calm()

    def answers_cannot_be_published(self):
        topic = f"chat-{self.mark}-responses"

        def permit(what):
            rocketmq("admin", "--dir", self.own["DIR"], "updateTopicPerm", "-c", "DefaultCluster", "-t", topic, "-p", what)
        permit("4")
        try:
            self.fires("ParleySendsFail", "ParleyOutboxGrows")
        finally:
            permit("6")
        self.calm()

    def log_is_not_read(self):
        """What a collector of logs that hangs does to those who write them."""
        self.reading.clear()
        # The client's records of what the others say fill what the pipe holds.
        self.fires("ParleyLoopStuck")
        self.reading.set()
        self.calm()

    def answers_are_too_large(self):
        rocketmq("admin", "--dir", self.own["DIR"], "updateBrokerConfig", "-b", self.own["BROKER"], "-k", "maxMessageSize", "-v", "3000")
        # The broker takes the request, about 145 bytes around it, but not the event with its 170.
        self.text = "x" * 2843
        self.fires("ParleyPublicationRefused")

    def program_is_gone(self):
        self.robot.kill()
        self.fires("ParleyDown")


if __name__ == "__main__":
    unittest.main()
