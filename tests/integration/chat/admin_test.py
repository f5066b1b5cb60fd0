# `parley admin` against a real broker, beside what RocketMQ's own mqadmin says of the same things.
import json
import os
import pty
import re
import select
import subprocess
import time
import unittest

from installation import PARLEY, SOON, SOURCE, eventually, installation

SCRIPT = str(SOURCE / "scripts" / "rocketmq")
MQADMIN_PATIENCE = 300


class administration(installation):
    def setUp(self):
        super().setUp()
        self.topic = f"chat-{self.mark}-requests"

    def parley_admin(self, *arguments, expect=0):
        done = subprocess.run([str(PARLEY), "admin", *map(str, arguments), "--timeout", "50"], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120, env=self.environment())
        self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def document(self, *arguments):
        printed = self.parley_admin(*arguments, "--json").stdout
        self.assertEqual(printed.count("\n"), 1, "one document, one line")
        return json.loads(printed)

    def mqadmin(self, *arguments):
        done = subprocess.run([SCRIPT, "admin", "--dir", self.broker()["DIR"], *arguments], text=True, capture_output=True,
                              timeout=MQADMIN_PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def create(self, queues=2):
        name = f"admin-{self.mark}"
        self.parley_admin("topic", "create", name, "--queues", queues)
        return name

    def at_terminal(self, typed, *arguments):
        """With a terminal to ask at: its exit status, and what was asked."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([str(PARLEY), "admin", *arguments], stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True,
                                   env=self.environment())
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(theirs)
        self.addCleanup(os.close, ours)
        asked, deadline = "", time.monotonic() + SOON
        while "to go on: " not in asked:
            self.assertLess(time.monotonic(), deadline, asked)
            if select.select([ours], [], [], 1)[0]:
                asked += os.read(ours, 4096).decode()
        os.write(ours, (typed + "\n").encode())
        return process.wait(SOON), asked


class topics(administration):
    def test_a_route_says_what_mqadmin_says(self):
        name = self.create(3)
        ours = self.document("topic", "route", name)
        bare_keys = self.mqadmin("topicRoute", "-t", name)  # {0:"address"}, which is no JSON
        theirs = json.loads(re.sub(r"(?m)^(\s*)(\d+):", r'\1"\2":', bare_keys))
        self.assertEqual([(one["broker"], one["read_queues"], one["write_queues"], one["permission"]) for one in ours["queues"]],
                         [(one["brokerName"], one["readQueueNums"], one["writeQueueNums"], one["perm"]) for one in theirs["queueDatas"]])
        self.assertEqual([(one["name"], one["cluster"], one["addresses"]) for one in ours["brokers"]],
                         [(one["brokerName"], one["cluster"], one["brokerAddrs"]) for one in theirs["brokerDatas"]])
        table = self.parley_admin("topic", "route", name).stdout.splitlines()
        self.assertRegex(table[0], "^BROKER +ADDRESS +CLUSTER +READ QUEUES +WRITE QUEUES +PERMISSION$")
        self.assertRegex(table[1], f"^broker-a +{self.broker()['BROKER']} +DefaultCluster +3 +3  read, write$")

    def test_a_topic_that_is_there_is_changed_only_when_that_is_asked_for(self):
        name = self.create(2)
        self.assertIn("--update", self.parley_admin("topic", "create", name, "--queues", 4, expect=3).stderr)
        self.assertEqual(self.document("topic", "route", name)["queues"][0]["write_queues"], 2)
        self.parley_admin("topic", "create", name, "--queues", 4, "--permission", "read", "--update")
        eventually(lambda: (self.document("topic", "route", name)["queues"][0]["write_queues"],
                            self.document("topic", "route", name)["queues"][0]["permission"]) == (4, 4), "the topic is changed")

    def test_the_list_leaves_out_what_rocketmq_made_for_itself(self):
        name = self.create()
        listed, all_of_them = self.document("topic", "list")["topics"], self.document("topic", "list", "--all")["topics"]
        self.assertIn(name, listed)
        self.assertLess(set(listed), set(all_of_them))
        for internal in ("TBW102", "SCHEDULE_TOPIC_XXXX", "broker-a", "DefaultCluster", "rmq_sys_wheel_timer"):
            self.assertIn(internal, all_of_them)
            self.assertNotIn(internal, listed)
        self.assertFalse([one for one in listed if one.startswith("%")])

    def test_a_status_counts_the_messages(self):
        self.server()
        for number in range(3):
            self.send(f"message {number}")
        status = eventually(lambda: self.status_of(3), "three requests are counted")
        self.assertEqual(sum(one["max_offset"] - one["min_offset"] for one in status["queues"]), status["messages"])
        self.assertTrue(any(one["last_stored_ms"] for one in status["queues"]))
        self.assertRegex(self.parley_admin("topic", "status", self.topic).stdout, r"\n3 messages in \d+ queues\n$")

    def status_of(self, messages):
        status = self.document("topic", "status", self.topic)
        return status if status["messages"] == messages else None

    def test_what_is_not_there_is_refused(self):
        for arguments in (("topic", "route", "absent"), ("topic", "status", "absent"), ("topic", "delete", "absent", "--yes"),
                          ("message", "show", "id", "--topic", "absent"), ("group", "progress", "absent"), ("group", "connections", "absent"),
                          ("group", "delete", "absent", "--yes"), ("group", "reset", "absent", "--topic", "absent", "--to", "now", "--yes")):
            with self.subTest(arguments=arguments):
                done = self.parley_admin(*[f"absent-{self.mark}" if one == "absent" else one for one in arguments], expect=3)
                self.assertEqual(done.stdout, "")
                self.assertTrue(done.stderr.startswith("parley admin: "), done.stderr)

    def test_a_deletion_is_asked_about(self):
        name = self.create()
        self.assertIn("--yes", self.parley_admin("topic", "delete", name, expect=2).stderr)
        status, asked = self.at_terminal("another", "topic", "delete", name)
        self.assertEqual(status, 3)
        self.assertIn(f"The topic {name} and all its messages will be gone", asked)
        self.parley_admin("topic", "route", name)
        status, _ = self.at_terminal(name, "topic", "delete", name)
        self.assertEqual(status, 0)
        self.assertNotIn(name, self.document("topic", "list")["topics"])
        self.assertNotIn(name, self.mqadmin("topicList").split())


class groups(administration):
    def setUp(self):
        super().setUp()
        self.group = f"server-{self.mark}_consumer"

    def progress(self):
        return self.document("group", "progress", self.group, "--topic", self.topic)

    def mqadmin_total(self, name):
        """A sum that consumerProgress prints at its end."""
        return int(re.search(rf"{name}: (-?\d+)", self.mqadmin("consumerProgress", "-g", self.group)).group(1))

    def leave_behind(self, done, waiting):
        """A server answers so many requests and stops; more come then."""
        server = self.server()
        for number in range(done):
            self.send(f"done {number}")
        self.assertEqual(server.terminate(), 0, server.told())
        for number in range(waiting):
            self.ask("send", f"waits {number}", "--timeout", 1, expect=4)

    def test_progress_is_what_mqadmin_says(self):
        self.leave_behind(3, 2)
        ours = self.progress()
        self.assertEqual((ours["group"], ours["lag"]), (self.group, 2))
        self.assertEqual(self.document("group", "progress", self.group)["lag"], self.mqadmin_total("Consume Diff Total"))
        self.assertEqual(sum(one["consumer_offset"] for one in ours["queues"]), 3)
        self.assertIn(self.group, self.document("group", "list")["groups"])
        self.assertRegex(self.parley_admin("group", "progress", self.group, "--topic", self.topic).stdout, r"\nlag 2 in \d+ queues, ")

    def test_a_reset_moves_the_group_after_asking(self):
        self.leave_behind(3, 2)
        command = ("group", "reset", self.group, "--topic", self.topic, "--to")
        self.parley_admin(*command, "now", expect=2)
        self.assertEqual(self.progress()["lag"], 2)
        status, asked = self.at_terminal(self.group, *command, "now")
        self.assertEqual(status, 0)
        self.assertIn(f"The group {self.group} will go on with topic {self.topic} at now", asked)
        self.assertEqual(self.progress()["lag"], 0)
        positions = self.document(*command, "earliest", "--yes")
        self.assertEqual({one["offset"] for one in positions["queues"]}, {0})
        self.assertEqual(positions["to_ms"], 0)
        self.assertEqual(self.progress()["lag"], 5)
        self.document(*command, "2100-01-01T00:00:00Z", "--yes")
        self.assertEqual(self.progress()["lag"], 0)

    def test_connections_are_the_servers_that_run(self):
        self.server()
        self.server()
        shown = eventually(lambda: self.with_members(2), "both servers are shown")
        self.assertEqual((shown["type"], shown["model"]), ("push", "clustering"))
        self.assertEqual({(one["language"], one["version"]) for one in shown["clients"]}, {("CPP", "V5_5_0")})
        self.assertEqual(shown["subscriptions"][self.topic], "*")
        text = self.mqadmin("consumerConnection", "-g", self.group)
        for one in shown["clients"]:
            self.assertIn(one["client_id"], text)
            self.assertIn(one["address"], text)
        self.assertIn("2 members, push, clustering", self.parley_admin("group", "connections", self.group).stdout)

    def with_members(self, count):
        shown = self.document("group", "connections", self.group)
        return shown if shown["members"] == count else None

    def test_a_group_is_deleted_with_what_belongs_to_it(self):
        self.leave_behind(1, 0)
        self.assertIn("nobody consumes as", self.parley_admin("group", "connections", self.group).stdout)
        self.parley_admin("group", "delete", self.group, expect=2)
        self.document("group", "delete", self.group, "--yes")
        self.assertNotIn(self.group, self.document("group", "list")["groups"])
        self.parley_admin("group", "progress", self.group, expect=3)


class messages(administration):
    def test_a_request_is_found_by_its_key_and_its_ids(self):
        self.server()
        request = f"req_{self.mark}"
        self.send("a secret text", "--request-id", request)
        command = ("message", "show")
        by_key = eventually(lambda: self.found(*command, request, "--topic", self.topic), "the index has the key")
        self.assertEqual(len(by_key), 1)
        one = by_key[0]
        self.assertEqual((one["topic"], one["broker"], one["keys"]), (self.topic, "broker-a", request))
        self.assertEqual(one["properties"]["KEYS"], request)
        self.assertNotIn("body", one)
        for name in ("message_id", "offset_message_id"):
            again = self.found(*command, one[name], "--topic", self.topic)
            self.assertEqual([other["message_id"] for other in again], [one["message_id"]])
        self.assertRegex(self.mqadmin("queryMsgByKey", "-t", self.topic, "-k", request),
                         rf"(?m)^{one['message_id']} +{one['queue']} +{one['queue_offset']} ")
        without = self.parley_admin(*command, request, "--topic", self.topic).stdout
        self.assertRegex(without, rf"(?m)^message id +{one['message_id']}$")
        self.assertNotIn("a secret text", without)
        self.assertIn("a secret text", self.parley_admin(*command, request, "--topic", self.topic, "--body").stdout)
        shown = self.found(*command, request, "--topic", self.topic, "--body")[0]
        self.assertEqual(json.loads(shown["body"])["data"]["message"], "a secret text")
        self.assertEqual(len(shown["body"].encode()), shown["body_bytes"])

    def found(self, *arguments):
        done = subprocess.run([str(PARLEY), "admin", *arguments, "--json", "--timeout", "50"], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120, env=self.environment())
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return json.loads(done.stdout)["messages"] if done.returncode == 0 else None


class cluster(administration):
    def test_servers_are_listed_with_what_they_say(self):
        shown = self.document("cluster", "list")
        self.assertEqual([(one["address"], one["version"]) for one in shown["name_servers"]], [(self.name_server, "V5_5_0")])
        self.assertEqual([(one["broker"], one["id"], one["address"], one["version"]) for one in shown["brokers"]],
                         [("broker-a", 0, self.broker()["BROKER"], "V5_5_0")])
        self.assertGreater(shown["brokers"][0]["disk_used_ratio"], 0)

    def test_a_name_server_that_is_silent_is_named_and_the_others_are_shown(self):
        self.name_server += ";127.0.0.1:1"
        done = self.parley_admin("cluster", "list", expect=4)
        self.assertIn("127.0.0.1:1", done.stderr)
        self.assertIn("broker-a", done.stdout)


if __name__ == "__main__":
    unittest.main()
