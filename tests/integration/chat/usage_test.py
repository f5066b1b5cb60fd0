# How the command line is read: exit statuses, help with flags and environment, refusals before anything is connected.
import os
import socket
import subprocess
import tempfile
import unittest

from installation import PARLEY


def parley(*arguments, **environment):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ROCKETMQ_", "CHAT_", "LOG_"))}
    return subprocess.run([str(PARLEY), *arguments], text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
                          env={**clean, **environment})


class usage(unittest.TestCase):
    def test_usage_errors_end_with_2_and_say_why_on_standard_error(self):
        for arguments in ([], ["fly"], ["send"], ["send", "--no-such-flag", "x"], ["history", "--limit", "0"], ["history", "--limit", "x"],
                          ["request"], ["request", "x", "--data", "[1]"], ["request", "x", "--data", "{"], ["events", "--count", "-1"],
                          ["send", "x", "--nameserver", "no port"], ["send", "x", "--topic-prefix", "a b"],
                          ["send", "x", "--log-level", "loud"], ["send", "x", "--timeout", "0"], ["server", "extra"],
                          ["send", "x", "--address-map", "a:1"], ["send", "x", "--address-map", "a:1=b"],
                          ["send", "x", "--address-map", "a:1=b:2,a:1=c:3"], ["send", "x", "--secret-key-file", "/no/such/file"],
                          ["send", "x", "--tls-ca", "/no/such/file"],
                          ["admin"], ["admin", "topic"], ["admin", "topic", "route"], ["admin", "topic", "create", "t", "--queues", "0"],
                          ["admin", "topic", "create", "t", "--permission", "all"], ["admin", "message", "show", "id"],
                          ["admin", "group", "reset", "g", "--topic", "t"], ["admin", "group", "reset", "g", "--to", "now"],
                          ["admin", "group", "reset", "g", "--topic", "t", "--to", "yesterday"],
                          ["admin", "group", "reset", "g", "--topic", "t", "--to", "1700000000"],
                          ["doctor", "--server", "no port"], ["doctor", "--lag-limit", "-1"], ["doctor", "--timeout", "0"],
                          ["server", "--ops", "nowhere"], ["server", "--ops", "localhost:9464"], ["client", "--ops", "127.0.0.1:0"]):
            with self.subTest(arguments=arguments):
                done = parley(*arguments)
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertNotEqual(done.stderr, "")

    def test_a_wrong_environment_is_a_usage_error_too(self):
        self.assertEqual(parley("send", "x", ROCKETMQ_NAMESERVER="nonsense").returncode, 2)

    def test_help_lists_flags_and_their_environment_variables(self):
        for command in ("server", "client", "send", "history", "request", "events", "doctor"):
            with self.subTest(command=command):
                done = parley(command, "--help")
                self.assertEqual(done.returncode, 0)
                for text in ("--nameserver", "ROCKETMQ_NAMESERVER", "--group", "ROCKETMQ_GROUP", "CHAT_TOPIC_PREFIX", "POD_NAME",
                             "POD_NAMESPACE", "127.0.0.1:9876", "chat_server_group" if command in ("server", "doctor") else "chat_client_group"):
                    self.assertIn(text, done.stdout)
        self.assertIn("USER_ID", parley("send", "--help").stdout)
        self.assertIn("CHAT_DB", parley("server", "--help").stdout)
        for command in ("server", "client"):
            for text in ("--ops", "CHAT_OPS", "HOST:PORT"):
                self.assertIn(text, parley(command, "--help").stdout)

    def test_an_administrator_is_asked_for_no_chat(self):
        for command in (["topic", "list"], ["topic", "delete"], ["group", "reset"], ["message", "show"], ["cluster", "list"]):
            with self.subTest(command=command):
                done = parley("admin", *command, "--help")
                self.assertEqual(done.returncode, 0)
                for text in ("--json", "--nameserver", "ROCKETMQ_NAMESERVER", "--tls", "--access-key-file", "PARLEY_TIMEOUT", "Exit status"):
                    self.assertIn(text, done.stdout)
                self.assertNotIn("CHAT_TOPIC_PREFIX", done.stdout)

    def test_an_administrator_who_cannot_be_asked_must_say_yes(self):
        for command in (["topic", "delete", "t"], ["group", "delete", "g"], ["group", "reset", "g", "--topic", "t", "--to", "now"]):
            with self.subTest(command=command):
                done = parley("admin", *command, ROCKETMQ_NAMESERVER="127.0.0.1:1")
                self.assertEqual(done.returncode, 2)
                self.assertIn("--yes", done.stderr)

    def test_a_name_that_no_broker_would_take_is_a_usage_error(self):
        done = parley("admin", "topic", "create", "no blanks", ROCKETMQ_NAMESERVER="127.0.0.1:1")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("no blanks", done.stderr)

    def test_half_a_pair_of_keys_or_files_is_refused_before_anything_is_sent(self):
        for environment in ({"ROCKETMQ_ACCESS_KEY": "a"}, {"ROCKETMQ_TLS": "true", "ROCKETMQ_TLS_KEY": __file__},
                            {"ROCKETMQ_TLS": "true", "ROCKETMQ_TLS_CA": __file__}):
            with self.subTest(environment=environment):
                done = parley("send", "x", ROCKETMQ_NAMESERVER="127.0.0.1:1", **environment)
                self.assertEqual(done.returncode, 4)
                self.assertRegex(done.stderr, "belong together|cannot be used")

    def test_version_names_the_program(self):
        done = parley("version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^parley \d+\.\d+\.\d+\n$")

    def test_without_a_broker_a_request_is_a_system_error_within_its_time_out(self):
        done = parley("send", "hello", "--timeout", "5", ROCKETMQ_NAMESERVER="127.0.0.1:1")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("127.0.0.1:1", done.stderr)

    def test_an_operations_address_in_use_is_a_system_error(self):
        with socket.socket() as taken, tempfile.TemporaryDirectory() as folder:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            where = f"127.0.0.1:{taken.getsockname()[1]}"
            for arguments in (("server", "--db", f"{folder}/chat.db"), ("client", "--service")):
                done = parley(*arguments, ROCKETMQ_NAMESERVER="127.0.0.1:1", CHAT_OPS=where)
                self.assertEqual(done.returncode, 4, done.stderr)
                self.assertIn(f"{where}: Address already in use", done.stderr)

    def test_a_database_that_cannot_be_opened_is_a_system_error(self):
        done = parley("server", "--db", "/no/such/folder/chat.db", ROCKETMQ_NAMESERVER="127.0.0.1:1")
        self.assertEqual(done.returncode, 4)
        self.assertIn("/no/such/folder/chat.db", done.stderr)


if __name__ == "__main__":
    unittest.main()
