#!/usr/bin/env python3
# Three clients of ours and a Java client under one group name, and two servers under another: nobody takes anything from anybody.
import collections
import json
import re
import threading
import unittest

from harness import of_kind, scenario

ASKERS, ROOMS, ROUNDS = 3, 6, 2


class shared_group(scenario):
    def ask_everything(self, asker, answers):
        """One asker's messages, each by a client of its own, all under the one group name."""
        for number in range(ROOMS * ROUNDS):
            room = f"room_{number % ROOMS}"
            printed = self.stage.parley("send", f"{asker} says {number}", "--room", room, user=asker)
            answers[asker].append((room, printed))

    def by_room(self, events):
        rooms = collections.defaultdict(list)
        for event in events:
            if event["type"] == "message_sent":
                rooms[event["room_id"]].append((event["seq"], event["message"]))
        return rooms

    def handled(self, server):
        """How many requests a server took, from the last line of its log."""
        self.assertEqual(server.close(), 0)
        return int(re.search(r"received (\d+),", server.error_path.read_text()).group(1))

    def test_every_request_is_answered_once_and_every_event_is_seen_once_in_order(self):
        servers = [self.stage.parley_server(), self.stage.parley_server()]
        java = self.stage.java("group-client")
        servers[0].wait_said(rf"assigned anew .*topic={self.stage.prefix}-requests .*removed=[1-9]")  # the second one's share
        before = self.stage.admin("consumerConnection", "-g", f"{self.stage.client_group}_consumer")
        watchers = [self.stage.parley_events() for _ in range(3)]

        answers = collections.defaultdict(list)
        askers = [threading.Thread(target=self.ask_everything, args=(f"user_{number}", answers)) for number in range(ASKERS)]
        for thread in askers:
            thread.start()
        for thread in askers:
            thread.join()
        total = ASKERS * ROOMS * ROUNDS

        # Each asker got its own answers, one for each request.
        self.assertEqual({asker: len(given) for asker, given in answers.items()},
                         {f"user_{number}": ROOMS * ROUNDS for number in range(ASKERS)})
        ids = collections.defaultdict(list)
        for given in answers.values():
            for room, printed in given:
                self.assertEqual(len(printed), 1)
                self.assertIs(printed[0]["success"], True)
                ids[room].append((printed[0]["data"]["seq"], printed[0]["data"]["message_id"]))
        for room, pairs in ids.items():
            self.assertEqual(sorted(seq for seq, _ in pairs), list(range(1, ASKERS * ROUNDS + 1)), room)
            self.assertEqual(len({message_id for _, message_id in pairs}), ASKERS * ROUNDS, room)

        # Each client of ours saw each event once, every room in the order of seq, and all of them the same.
        def said(line):
            return line.get("type") == "message_sent"
        for watcher in watchers:
            watcher.wait(said, "events", total)
        seen = [self.by_room(watcher.matching(said)) for watcher in watchers]
        for rooms in seen:
            for room, pairs in rooms.items():
                self.assertEqual([seq for seq, _ in pairs], list(range(1, ASKERS * ROUNDS + 1)), room)
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0], seen[2])

        # The Java client has had its queues and its subscription all the time, and what came over them: everything. What the bus
        # brings twice is the same but for the mark of an answer that it is one to a repeated request: none is decided twice.
        java_event = lambda line: line.get("kind") == "event" and said(line["body"])
        java.wait(of_kind("response"), "responses", total, key=lambda line: line["body"]["request_id"])
        java.wait(java_event, "events", total, key=lambda line: (line["body"]["room_id"], line["body"]["seq"]))
        sent = {printed[0]["request_id"] for given in answers.values() for _, printed in given}
        got = collections.defaultdict(set)
        for line in java.matching(of_kind("response")):
            data = {name: value for name, value in (line["body"]["data"] or {}).items() if name != "duplicate"}
            got[line["body"]["request_id"]].add(json.dumps({**line["body"], "data": data}, sort_keys=True))
        self.assertEqual({one: len(bodies) for one, bodies in got.items() if one in sent}, dict.fromkeys(sent, 1))
        self.assertEqual(len({json.dumps(line["body"], sort_keys=True) for line in java.matching(java_event)}), total)
        kinds = [line["kind"] for line in java.lines if line["kind"] in ("ready", "assignment")]
        self.assertEqual(kinds.index("ready"), len(kinds) - 1, "nothing was assigned anew after it was ready")
        self.assertEqual(self.stage.admin("consumerConnection", "-g", f"{self.stage.client_group}_consumer"), before)
        self.assertEqual(before.count("JAVA"), 1)

        shares = [self.handled(server) for server in servers]
        self.assertTrue(all(shares), f"both servers took part: {shares}")


if __name__ == "__main__":
    unittest.main()
