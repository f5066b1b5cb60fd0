# Starting and stopping: waiting for a NameServer, surviving restarts, draining at SIGTERM.
import signal
import socket
import subprocess
import threading
import unittest

from installation import SOON, eventually, installation


class lifecycle(installation):
    def test_a_restarted_server_keeps_the_history(self):
        first = self.server()
        self.send("before")
        self.assertEqual(first.terminate(15), 0, first.told())
        self.server()
        self.assertEqual(self.send("after")["data"]["seq"], 2)
        self.assertEqual([one["message"] for one in self.history()], ["before", "after"])

    def test_sigterm_and_ctrl_c_end_a_server_cleanly_and_in_time(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number=number):
                server = self.server()
                server.signal(number)
                self.assertEqual(server.finish(15), 0, server.told())
                self.assertIn("the server has stopped", server.log())

    def test_sigterm_loses_nothing_that_is_under_way(self):
        first = self.server()
        watcher = self.watcher("--type", "message_sent")
        said = []

        def talk(user):
            for number in range(10):
                said.append(self.send(f"{user} {number}", user=user)["data"]["seq"])
        talkers = [threading.Thread(target=talk, args=(f"user{n}",)) for n in range(3)]
        for one in talkers:
            one.start()
        eventually(lambda: len(said) >= 5, "some messages are said", told=first.told)
        first.signal(signal.SIGTERM)
        self.server()
        self.assertEqual(first.finish(15), 0, first.told())
        for one in talkers:
            one.join(4 * SOON)
        self.assertEqual(sorted(said), list(range(1, 31)))
        watcher.wait_lines(30)
        self.assertEqual([one["seq"] for one in watcher.json_lines()], list(range(1, 31)))
        self.assertEqual(len(self.history()), 30)

    def test_a_server_waits_for_a_name_server_and_can_be_stopped_meanwhile(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused and nobody else takes it
            server = self.server(ready=False, ROCKETMQ_NAMESERVER=f"127.0.0.1:{nobody.getsockname()[1]}")
            server.wait_logged("trying again")
            self.assertEqual(server.terminate(15), 0, server.told())

    def test_a_second_signal_ends_at_once(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            silent.settimeout(SOON)
            server = self.server(ready=False, ROCKETMQ_NAMESERVER=f"127.0.0.1:{silent.getsockname()[1]}")
            with silent.accept()[0]:  # it runs: before that a signal would end it as any program
                server.signal(signal.SIGTERM)
                server.wait_logged("stopping")
                if server.process.poll() is None:
                    server.signal(signal.SIGTERM)
                self.assertIn(server.finish(15), (0, 128 + signal.SIGTERM))

    def test_a_service_client_logs_events_by_type_and_says_goodbye(self):
        self.server()
        watcher = self.watcher("--type", "user_join,user_leave")
        service = self.start("client", "--service", POD_NAME="pod-7", POD_NAMESPACE="chat",
                             **self.client_environment("robot"))
        service.wait_logged("connected")
        watcher.wait_lines(1)
        self.send("hello")
        service.wait_logged("a message was sent")
        self.assertIn('"pod":"pod-7"', service.log())
        self.assertIn('"namespace":"chat"', service.log())
        self.assertEqual(service.terminate(15), 0, service.told())
        eventually(lambda: any(one["type"] == "user_leave" for one in watcher.json_lines()), "user_leave is published", told=watcher.told)
        self.assertEqual({one["user_id"] for one in watcher.json_lines() if one["reason"] == "presence"}, {"robot"})


if __name__ == "__main__":
    unittest.main()
