# The broker is killed, restarted and paused while clients talk: what was accepted is there once, every request ends in time.
import time
import unittest

from outage import outage


class broker_outage(outage):
    def test_killed_and_restarted(self):
        server = self.server()
        talkers = self.talkers()
        self.wait_said(talkers, 5)
        self.broken("kill-broker", "-9")
        self.broken("start-broker")
        self.wait_said(talkers, 20)
        self.judge(talkers, server)

    def test_paused_for_five_seconds(self):
        server = self.server()
        talkers = self.talkers()
        self.wait_said(talkers, 5)
        self.broken("pause-broker")
        time.sleep(5)  # the fault's length, not a wait for an outcome
        self.broken("resume-broker")
        self.wait_said(talkers, 20)
        self.judge(talkers, server)

    def test_server_killed_while_clients_talk(self):
        server = self.server()
        talkers = self.talkers()
        for _ in range(3):
            self.wait_said(talkers, 5)
            server.process.kill()
            server.finish()
            server = self.server()
        self.wait_said(talkers, 5)
        self.judge(talkers, server)


if __name__ == "__main__":
    unittest.main()
