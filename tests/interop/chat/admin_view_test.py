#!/usr/bin/env python3
# What mqadmin shows of our server's groups, beside what it shows of a Java server's.
import re
import time
import unittest

from harness import SOON, of_kind, scenario

CLIENT_ID = re.compile(r"^\S+@\S+$")
PRODUCER = re.compile(r"^(?P<number>\d+) +(?P<client_id>\S+@\S+) +(?P<address>\S+:\d+) +(?P<language>\S+) +(?P<version>\S+)", re.MULTILINE)


def table(text, first_column):
    """The rows below the header that begins with `first_column`, as dictionaries."""
    lines = text.splitlines()
    at = next((number for number, line in enumerate(lines) if line.startswith(first_column)), None)
    if at is None:
        return []
    names = [name.strip() for name in re.findall(r"#[^#]+", lines[at])]
    rows = []
    for line in lines[at + 1:]:
        if not line.strip():
            break
        rows.append(dict(zip(names, line.split())))
    return rows


def settings(text):
    """The lines such as "MessageModel: CLUSTERING"."""
    return dict(re.findall(r"^(\w+): (\w+)$", text, re.MULTILINE))


class admin_view(scenario):
    def eventually(self, look, wanted, what):
        """mqadmin's text once it shows what is wanted: heartbeats and offsets reach the broker by the clock."""
        deadline = time.monotonic() + SOON
        text = look()
        while not wanted(text):
            self.assertLess(time.monotonic(), deadline, f"{what}:\n{text}")
            text = look()
        return text

    def connection_of(self, group):
        look = lambda: self.stage.admin("consumerConnection", "-g", group)
        return self.eventually(look, lambda text: table(text, "#ClientId"), f"no connection of {group} is shown")

    def producer_of(self, group, topic):
        look = lambda: self.stage.admin("producerConnection", "-g", group, "-t", topic, may_fail=True)
        text = self.eventually(look, PRODUCER.search, f"no producer of {group} is shown")
        return [found.groupdict() for found in PRODUCER.finditer(text)]

    def progress_of(self, group, count):
        def settled(text):
            # A request that was sent again because nothing answered in time is in the topic twice.
            rows = table(text, "#Topic")
            committed = sum(int(row["#Consumer Offset"]) for row in rows if row["#Topic"].startswith(self.stage.prefix))
            return committed >= count and all(row["#Diff"] == "0" for row in rows)
        return self.eventually(lambda: self.stage.admin("consumerProgress", "-g", group), settled, f"{group} has not committed {count}")

    def test_our_server_is_shown_as_java_s_is(self):
        java_prefix, java_group = f"{self.stage.prefix}-j", f"{self.stage.server_group}_j"
        java = self.stage.java("server", group=java_group, prefix=java_prefix)
        # A Java producer announces itself to brokers that it has sent to.
        self.stage.parley("send", "hello", "--topic-prefix", java_prefix)
        self.stage.parley_server()
        for number in range(12):
            self.stage.parley("send", f"message {number}", "--room", f"room_{number}")

        ours = self.connection_of(f"{self.stage.server_group}_consumer")
        theirs = self.connection_of(f"{java_group}_consumer")
        self.assertEqual(settings(ours) | {"ConsumeFromWhere": "any"}, settings(theirs) | {"ConsumeFromWhere": "any"})
        topics = [{row["#Topic"].replace(java_prefix, self.stage.prefix).replace(java_group, self.stage.server_group): row["#SubExpression"]
                   for row in table(text, "#Topic")} for text in (ours, theirs)]
        self.assertEqual(topics[0], topics[1])
        self.assertEqual(topics[0], {f"{self.stage.prefix}-requests": "*", f"%RETRY%{self.stage.server_group}_consumer": "*"})
        (client,), (other,) = table(ours, "#ClientId"), table(theirs, "#ClientId")
        self.assertEqual(client.keys(), other.keys())
        self.assertRegex(client["#ClientId"], CLIENT_ID)
        self.assertEqual(client["#Language"], "CPP")

        progress = self.progress_of(f"{self.stage.server_group}_consumer", 12)
        self.assertRegex(progress, r"Consume Diff Total: 0\b")
        for row in table(progress, "#Topic"):
            self.assertEqual(row["#Diff"], "0", row)

        (producer,) = self.producer_of(f"{self.stage.server_group}_producer", f"{self.stage.prefix}-responses")
        (java_producer,) = self.producer_of(f"{java_group}_producer", f"{java_prefix}-responses")
        self.assertEqual(java_producer["language"], "JAVA")
        self.assertEqual(producer["language"], "CPP")
        self.assertEqual(producer["version"], java_producer["version"])
        self.assertEqual(producer["client_id"], client["#ClientId"], "producer and consumer are one client on one connection")
        self.assertIsNone(java.process.poll())


if __name__ == "__main__":
    unittest.main()
