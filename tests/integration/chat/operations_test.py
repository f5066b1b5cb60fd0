# What servers and clients tell those who run them: health, readiness.
import socket
import sqlite3
import unittest

from installation import eventually
from operations import free_address, operated, operations


class operations_of_programs(operated):
    def test_a_server_becomes_ready_and_says_by_which_checks(self):
        server, asked = self.ready_server()
        status, checks = asked.ready()
        self.assertEqual(status, 200)
        self.assertEqual(list(checks), ["not_draining", "event_loop", "broker", "assignment", "store"])
        for name, check in checks.items():
            self.assertEqual((check["ok"], check["error"]), (True, None), name)
            self.assertGreaterEqual(check["age_ms"], 0)
        self.assertEqual(asked.health(), 200)
        self.assertEqual(server.terminate(15), 0, server.told())

    def test_a_client_becomes_ready_and_says_by_which_checks(self):
        self.ready_server()
        client, asked = self.ready_client()
        self.assertEqual(list(asked.ready()[1]), ["not_draining", "event_loop", "connected", "broker", "reading"])
        self.assertEqual(client.terminate(15), 0, client.told())

    def test_more_servers_than_queues_are_ready_all_the_same(self):
        self.ready_server()
        for _ in range(4):
            self.ready_server()

    def test_without_a_name_server_a_program_is_healthy_and_not_ready(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{nobody.getsockname()[1]}"
            for arguments in (["server"], ["client", "--service"]):
                program, asked = self.served(*arguments, ROCKETMQ_NAMESERVER=address)
                checks = asked.wait_ready(503, told=program.told)
                while not checks["broker"]["error"].startswith("no NameServer"):
                    checks = asked.ready()[1]
                self.assertEqual(asked.health(), 200)
                self.assertTrue(checks["not_draining"]["ok"])
                self.assertEqual(program.terminate(15), 0, program.told())

    def test_the_address_is_free_after_the_end(self):
        server, asked = self.ready_server()
        self.assertEqual(asked.get("/")[0], 404)
        self.assertEqual(server.terminate(15), 0, server.told())
        self.assertEqual(asked.get("/health")[0], 0)

    def test_an_interactive_client_has_an_endpoint_too(self):
        self.ready_server()
        address = free_address()
        client = self.start("client", "--ops", address, stdin=-1, **self.client_environment("ann"))
        operations(address).wait_ready(told=client.told)
        client.say("/quit")
        self.assertEqual(client.finish(15), 0, client.told())

    def test_a_store_that_cannot_be_written_makes_a_server_unready(self):
        server, asked = self.ready_server()
        with sqlite3.connect(self.database, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            checks = asked.wait_ready(503, told=server.told)
            self.assertFalse(checks["store"]["ok"])
            self.assertEqual(asked.health(), 200)
            other.execute("ROLLBACK")
        asked.wait_ready(told=server.told)
        self.assertEqual(server.terminate(15), 0, server.told())

    def test_metrics_count_what_was_asked(self):
        server, asked = self.ready_server()
        for number in range(3):
            self.send(f"hello {number}")
        self.ask("request", "no_such_action", expect=None)
        self.ask("request", "get_history", "--data", '{"room_id":5}', expect=3)
        # An answer may be here before its server knows that the broker has it, which is when the request counts.
        eventually(lambda: asked.metrics()["parley_server_requests_pending",] == 0, "nothing is pending", told=server.told)
        told = asked.metrics()
        self.assertEqual(told["parley_server_requests_total", "send_message", "ok"], 3)
        self.assertEqual(told["parley_server_requests_total", "other", "business"], 1)
        self.assertEqual(told["parley_server_requests_total", "get_history", "business"], 1)
        self.assertEqual(told["parley_server_request_duration_seconds_count", "send_message"], 3)
        self.assertGreater(told["parley_server_request_duration_seconds_sum", "send_message"], 0)
        self.assertGreaterEqual(told["parley_server_published_total",], 8)
        self.assertGreaterEqual(told["parley_sends_total", "stored"], 8)
        for name in ("parley_server_redeliveries_total", "parley_server_duplicates_total", "parley_server_requests_pending",
                     "parley_server_publish_repeats_total", "parley_bus_timeouts_total", "parley_bus_late_answers_total"):
            self.assertEqual(told[name,], 0, name)
        for name in ("parley_ready", "parley_bus_route_refreshes_total", "parley_server_consumer_queues",
                     "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_threads"):
            self.assertGreater(told[name,], 0, name)
        self.assertGreater(told["parley_bus_connections",], 0)
        eventually(lambda: asked.metrics()["parley_server_consumer_lag_messages",] == 0, "the lag is gone", told=server.told)
        eventually(lambda: asked.metrics()["parley_server_outbox_messages",] == 0, "the outbox is empty", told=server.told)
        self.assertIn(("parley_build_info", "0.1.0"), told)

    def test_metrics_of_a_client_count_deliveries(self):
        self.ready_server()
        client, asked = self.ready_client()
        self.send("hello")
        eventually(lambda: asked.metrics()["parley_client_deliveries_total",] >= 1, "an event is handed on", told=client.told)
        told = asked.metrics()
        eventually(lambda: asked.metrics()["parley_client_requests_total", "presence", "ok"] >= 1, "presence is answered", told=client.told)
        self.assertEqual(told["parley_client_late_answers_total",], 0)

    def test_metrics_have_no_label_that_grows(self):
        server, asked = self.ready_server()
        before = len(asked.metrics())
        for number in range(5):
            self.send("hello", "--room", f"room_{number}", user=f"user_{number}")
            self.ask("request", f"nonsense_{number}", expect=3)
        self.assertEqual(len(asked.metrics()), before, server.told())
        text = asked.get("/metrics")[1]
        for word in ("user_1", "room_1", "nonsense", self.mark):
            self.assertNotIn(word, text)


if __name__ == "__main__":
    unittest.main()
