# The metrics of servers and clients against what a ledger counted: a known mix, a crash, and messages that were given back.
import json
import os
import signal
import sqlite3
import unittest

from installation import SOON, eventually
from ledger import ledger, requests_of, sum_of, without


class metrics_and_ledger(ledger):
    def test_a_known_mix(self):
        server, asked = self.ready_server()
        robot, robot_asked = self.ready_client()
        # Each sees its own coming and what happens after it: one event of presence, and for a terminal one of membership.
        self.wait_deliveries(robot_asked, 1)
        ann, ann_asked = self.terminal("ann")
        self.wait_deliveries(ann_asked, 2)
        bob, bob_asked = self.terminal("bob")
        self.wait_deliveries(bob_asked, 2)
        programs = {"robot": (robot, robot_asked), "ann": (ann, ann_asked), "bob": (bob, bob_asked)}
        told = lambda: "\n".join(one.told() for one in [server, robot, ann, bob])

        for line in ("one", "two", "three", "/history 10", "/rooms", "/who"):
            ann.say(line)
        for line in ("four", "five"):
            bob.say(line)
        self.ask("request", "join_room", "--data", '{"room_id":"cave","private":true}', user="eve")
        bob.say("/join cave")  # refused: he is no member
        bob.wait_lines(1, wanted=lambda line: line.startswith("! not joined"))
        bob.say("/leave")
        bob.say("/join attic")
        self.ask("request", "no_such_action", user="eve", expect=3)
        self.ask("request", "get_history", "--data", '{"room_id":5}', user="eve", expect=3)
        once = ["--room", "hall", "--request-id", "req_once"]
        self.send("said once", *once, user="eve")
        self.assertTrue(self.send("said once", *once, user="eve")["data"]["duplicate"])
        self.assertFalse(self.send("another under the same id", *once, user="eve")["data"]["duplicate"])
        self.history("hall", user="eve")
        self.bring_strange_messages()
        self.wait_answered(ann_asked, ("get_history", "ok"), 2)
        self.wait_answered(ann_asked, ("list_members", "ok"), 1)
        self.wait_answered(bob_asked, ("get_history", "ok"), 2)
        self.while_locked(lambda: ann.say("the store is locked"), asked, ann)

        # What the terminals asked, and what eve did on top, whose programs have ended.
        of_clients = {
            "robot": {},
            "ann": {("join_room", "ok"): 1, ("get_history", "ok"): 2, ("send_message", "ok"): 3, ("send_message", "system"): 1,
                    ("list_rooms", "ok"): 1, ("list_members", "ok"): 1},
            "bob": {("join_room", "ok"): 2, ("join_room", "business"): 1, ("get_history", "ok"): 2, ("send_message", "ok"): 2,
                    ("leave_room", "ok"): 1}}
        of_eve = {("join_room", "ok"): 1, ("other", "business"): 1, ("get_history", "business"): 1, ("send_message", "ok"): 3,
                  ("get_history", "ok"): 1}
        of_strange_messages = {("send_message", "business"): 1, ("other", "business"): 1}
        of_server = {}
        for counts in [*of_clients.values(), of_eve, of_strange_messages]:
            for key, count in counts.items():
                of_server[key] = of_server.get(key, 0) + count
        # Of ann and bob: five messages. Of eve: two, the cave and the hall. Of bob: left the hall, joined the attic. One was brought.
        events_since = {"bob": 2 + 5 + 4 + 2 + 1}
        events_since["ann"] = 2 + events_since["bob"]
        events_since["robot"] = 1 + events_since["ann"]

        def statements(stored=None):
            own = asked.metrics()
            all_of = {name: one.metrics() for name, (_, one) in programs.items()}
            answered = requests_of(own, "server")
            presence = {result: sum(requests_of(one, "client").get(("presence", result), 0) for one in all_of.values())
                        for result in ("ok", "business", "system")}
            out = self.idle(own, "server") | {
                "requests": (without(answered, "presence"), of_server),
                "presence": ({result: answered.get(("presence", result), 0) for result in presence}, presence),
                "received": (own["parley_server_received_total",], sum(answered.values()) + own["parley_server_unanswerable_total",]),
                "unanswerable": (own["parley_server_unanswerable_total",], 1),
                "duplicates": (own["parley_server_duplicates_total",], 1),
                "sends": (own["parley_sends_total", "stored"], own["parley_server_published_total",]),
                "connections": (own["parley_bus_connections",], self.sockets(server))}
            for name in ("redeliveries_total", "given_back_total", "dead_letters_total", "republished_total", "publish_repeats_total",
                         "publish_refusals_total", "consumer_lag_messages", "outbox_messages", "consumer_pull_failures_total"):
                out[name] = (own[f"parley_server_{name}",], 0)
            for name, metrics in all_of.items():
                out |= self.of_client(name, programs[name][0], metrics, of_clients[name], events_since[name])
            for name, metrics in [("server", own), *all_of.items()]:
                for figure in ("bus_timeouts_total", "bus_late_answers_total", "bus_connect_failures_total"):
                    out[f"{name}: {figure}"] = (metrics[f"parley_{figure}",], 0)
                out[f"{name}: no send failed"] = ((metrics["parley_sends_total", "rejected"], metrics["parley_sends_total", "unknown"]), (0, 0))
            if stored:
                # Without what was brought: an answer that is none and one of nobody's, an event that is none and one twice.
                answers, events = stored["responses"] - 2, stored["events"] - 3
                out |= {"stored requests": (own["parley_server_received_total",], stored["requests"]),
                        "stored answers": (answers, sum(answered.values())),
                        "published": (own["parley_server_published_total",], answers + events)}
            return out
        self.agree(statements, lambda: asked.metrics()["parley_server_received_total",], told)
        own = asked.metrics()
        self.assertEqual(own["process_threads",], len(os.listdir(f"/proc/{server.process.pid}/task")))
        # Whoever asks is connected while the answer is made.
        descriptors = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        self.assertIn(own["process_open_fds",], range(descriptors, descriptors + 3))

    def bring_strange_messages(self):
        """Two requests that are none but can be answered, one that cannot; and for clients an answer and an event that are none, an
        answer to nobody here, and one event twice."""
        cut = '{"request_id":"req_cut","user_id":"eve","action":"send_message","data":{"room_id"'
        nameless = '{"user_id":"eve"}'
        properties = {"request_id": "req_named_outside", "action": "whatever"}
        self.bring("requests", *(json.dumps(one) for one in ({"body": cut}, {"body": "no JSON", "properties": properties}, {"body": nameless})))
        nobodys = '{"request_id":"req_of_nobody","success":true,"data":{},"error":null}'
        self.bring("responses", *(json.dumps({"body": body}) for body in ("no JSON", nobodys)))
        event = '{"user_id":"eve","message":"twice","timestamp":"2024-01-01T12:00:00Z","type":"news","message_id":"msg_twice"}'
        self.bring("events", *(json.dumps({"body": body}) for body in ("no JSON", event, event)))

    def of_client(self, name, program, metrics, expected, events):
        counts = requests_of(metrics, "client")
        figure = lambda what: metrics[f"parley_client_{what}",]
        out = {f"{name}: {what}": pair for what, pair in self.idle(metrics, "client").items()}
        return out | {
            f"{name}: requests": (without(counts, "presence"), expected),
            f"{name}: sends": (metrics["parley_sends_total", "stored"], sum(counts.values())),
            f"{name}: deliveries": (figure("deliveries_total"), events),
            f"{name}: duplicates": (figure("duplicates_total"), 1),
            f"{name}: unreadable": (figure("unreadable_total"), 2),
            # The one brought, and two of the server's: who asked said nothing of where to answer, so everybody hears it.
            f"{name}: foreign": (figure("foreign_answers_total"), 3),
            f"{name}: nothing else": ([figure(what) for what in ("late_answers_total", "resent_total", "skipped_total",
                                                                 "reader_pull_failures_total", "reader_lag_messages")], [0] * 5),
            f"{name}: queues": (figure("reader_queues"), 8),
            f"{name}: connections": (metrics["parley_bus_connections",], self.sockets(program))}

    def wait_answered(self, asked, key, count):
        eventually(lambda: requests_of(asked.metrics(), "client").get(key) == count, f"{key} is answered {count} times")

    def while_locked(self, ask, asked, asker):
        """Another program holds the database's lock, for longer than the store has patience, while something is asked."""
        settled = lambda: (asked.metrics()["parley_server_requests_pending",], asked.metrics()["parley_server_outbox_messages",]) == (0, 0)
        eventually(settled, "what was asked before is done with")
        with sqlite3.connect(self.database, isolation_level=None, timeout=SOON) as other:
            other.execute("BEGIN IMMEDIATE")
            ask()
            asker.wait_lines(1, wanted=lambda line: line.startswith("! not sent"))
            other.execute("ROLLBACK")

    def test_a_server_killed_after_it_published(self):
        """The fourth event is the message: presence of both and ann's membership come before it."""
        marker = self.folder / "reached"
        first, _ = self.ready_server(PARLEY_FAILPOINT="after_publish_event:4", PARLEY_FAILPOINT_MARKER=str(marker))
        robot, robot_asked = self.ready_client()
        self.wait_deliveries(robot_asked, 1)
        ann, ann_asked = self.terminal("ann")
        self.wait_deliveries(ann_asked, 2)
        self.wait_committed(f"server-{self.mark}_consumer")
        ann.say("hit")
        self.assertEqual(first.finish(), -signal.SIGKILL, first.told())
        self.assertTrue(marker.exists())
        before = self.stored("responses") + self.stored("events")
        second, asked = self.ready_server()
        told = lambda: "\n".join(one.told() for one in (second, robot, ann))

        def statements(stored=None):
            own, of_robot, of_ann = asked.metrics(), robot_asked.metrics(), ann_asked.metrics()
            answered = requests_of(own, "server")
            heard = sum(sum_of(requests_of(one, "client"), "ok", "business", "system") + one["parley_client_late_answers_total",]
                        for one in (of_robot, of_ann))
            out = self.idle(own, "server") | {
                "decided once, answered again": (answered.get(("send_message", "ok")), 1),
                "duplicates": (own["parley_server_duplicates_total",], 1),
                "rows that the crash had left": (own["parley_server_republished_total",], 2),
                "received": (own["parley_server_received_total",], sum(answered.values())),
                "sends": (own["parley_sends_total", "stored"], own["parley_server_published_total",]),
                "nothing waits": ([own[f"parley_server_{name}",] for name in ("outbox_messages", "consumer_lag_messages",
                                                                             "redeliveries_total")], [0] * 3),
                "ann": (requests_of(of_ann, "client").get(("send_message", "ok")), 1),
                "the event came twice": ([one["parley_client_duplicates_total",] for one in (of_robot, of_ann)], [1, 1]),
                "and was shown once": ([one["parley_client_deliveries_total",] for one in (of_robot, of_ann)], [4, 3])}
            if stored:
                out |= {"published": (own["parley_server_published_total",], stored["responses"] + stored["events"] - before),
                        "every answer was heard by whom it was for": (heard, stored["responses"])}
            return out
        self.agree(statements, lambda: asked.metrics()["parley_server_received_total",], told)

    def test_a_request_that_a_member_of_the_group_gave_back(self):
        """Its answer comes after ann's patience is over."""
        first, _ = self.ready_server()
        ann, asked_ann = self.terminal("ann", patience="8")
        self.assertEqual(first.terminate(), 0, first.told())
        (totals,) = [one["totals"] for one in map(json.loads, first.log().splitlines()) if "totals" in one]
        ended = dict(part.split(" ") for part in totals.split(", "))
        member = self.courier("give-back", f"chat-{self.mark}-requests", f"server-{self.mark}_consumer")
        ann.say("late")
        ann.wait_lines(1, wanted=lambda line: line.startswith("! not sent"))
        given_back = int(member.communicate(timeout=SOON)[0].splitlines()[-1])
        self.assertEqual(member.returncode, 0)
        second, asked = self.ready_server()
        told = lambda: "\n".join(one.told() for one in (second, ann))

        def statements(stored=None):
            own, of_ann = asked.metrics(), asked_ann.metrics()
            counts = requests_of(of_ann, "client")
            out = self.idle(own, "server") | self.idle(of_ann, "client") | {
                "redeliveries": (own["parley_server_redeliveries_total",], given_back),
                "duplicates": (own["parley_server_duplicates_total",], 0),
                "the server's answer": (requests_of(own, "server").get(("send_message", "ok")), 1),
                "ann's view": (without(counts, "presence").get(("send_message", "timed_out")), 1),
                "what timed out came late": (of_ann["parley_client_late_answers_total",], sum_of(counts, "timed_out")),
                "the event": (of_ann["parley_client_deliveries_total",], 3),
                "no lag": (own["parley_server_consumer_lag_messages",], 0)}
            if stored:
                out["each request was decided once"] = (int(ended["received"]) + own["parley_server_received_total",], stored["requests"])
            return out
        self.agree(statements, lambda: asked.metrics()["parley_server_received_total",], told)


if __name__ == "__main__":
    unittest.main()
