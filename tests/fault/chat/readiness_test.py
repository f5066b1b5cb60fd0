# /ready follows the broker, /health does not; and a server that drains is unready until it has ended.
import signal
import time
import unittest

from operations import free_address, operations
from outage import SOON, eventually, outage

# What is promised, and what a machine that runs other tests may take on top.
PROMISED = 5
ON_TOP = 10


class readiness(outage):
    def served(self, *arguments, **environment):
        address = free_address()
        program, asked = self.start(*arguments, CHAT_OPS=address, **environment), operations(address)
        asked.wait_ready(told=program.told)
        return program, asked

    def both(self):
        return [self.served("server", ROCKETMQ_GROUP=f"server-{self.mark}"),
                self.served("client", "--service", **self.client_environment("robot"))]

    def flips(self, programs, wanted):
        """Each program's /ready comes to that status, /health is well meanwhile; gives the longest that it took."""
        began = time.monotonic()
        for program, asked in programs:
            asked.wait_ready(wanted, PROMISED + ON_TOP, program.told)
            self.assertEqual(asked.health(), 200, program.told())
        took = time.monotonic() - began
        print(f"/ready was {wanted} everywhere after {took:.1f} s")
        return took

    def test_a_broker_that_is_paused(self):
        programs = self.both()
        self.broken("pause-broker")
        self.flips(programs, 503)
        self.assertFalse(programs[0][1].ready()[1]["broker"]["ok"])
        self.broken("resume-broker")
        self.flips(programs, 200)

    def test_a_broker_that_is_killed(self):
        programs = self.both()
        self.broken("kill-broker", "-9")
        self.flips(programs, 503)
        self.broken("start-broker")
        # The broker is usable now, but may not have told the NameServer yet.
        self.flips(programs, 200)
        self.send("after the outage")

    def test_a_name_server_that_is_away_makes_nobody_unready(self):
        programs = self.both()
        self.broken("kill-namesrv", "-9")
        try:
            until = time.monotonic() + PROMISED
            while time.monotonic() < until:
                for program, asked in programs:
                    self.assertEqual(asked.ready()[0], 200, program.told())
        finally:
            self.broken("start-namesrv")

    def test_a_server_that_drains_is_unready_until_its_end(self):
        server, asked = self.served("server", ROCKETMQ_GROUP=f"server-{self.mark}")
        # A broker that does not answer makes the drain long enough to be seen.
        self.broken("pause-broker")
        try:
            asked.wait_ready(503, PROMISED + ON_TOP, server.told)
            server.signal(signal.SIGTERM)

            def draining():
                checks = asked.ready()[1]
                return checks and not checks["not_draining"]["ok"]
            eventually(draining, "the drain is told", told=server.told)
            self.assertEqual(asked.health(), 200)
        finally:
            self.broken("resume-broker")
        self.assertEqual(server.finish(SOON), 0, server.told())

    def test_a_second_signal_ends_a_drain_at_once(self):
        server, asked = self.served("server", ROCKETMQ_GROUP=f"server-{self.mark}")
        self.broken("pause-broker")
        try:
            server.signal(signal.SIGTERM)
            server.wait_logged("stopping")
            server.signal(signal.SIGTERM)
            self.assertEqual(server.finish(5), 128 + signal.SIGTERM, server.told())
        finally:
            self.broken("resume-broker")
        self.assertEqual(asked.get("/health")[0], 0)


if __name__ == "__main__":
    unittest.main()
