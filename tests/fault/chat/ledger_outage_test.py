# The metrics against what a broker holds that was silent for a while: repeats, time-outs and late answers, and nothing uncounted.
import unittest

from installation import eventually
from ledger import ledger, requests_of, sum_of
from outage import outage

OUTCOMES = ("stored", "rejected", "unknown")


def sends_of(metrics, *outcomes):
    return sum(metrics["parley_sends_total", outcome] for outcome in outcomes)


class ledger_of_an_outage(outage, ledger):
    def test_a_silent_broker(self):
        server, asked = self.ready_server()
        robot, robot_asked = self.ready_client()
        self.wait_deliveries(robot_asked, 1)
        ann, ann_asked = self.terminal("ann")
        self.wait_deliveries(ann_asked, 2)
        told = lambda: "\n".join(one.told() for one in (server, robot, ann))
        self.broken("pause-broker")
        try:
            ann.say("into the silence")
            eventually(lambda: asked.metrics()["parley_bus_timeouts_total",] > 0, "the server's questions time out", told=told)
            eventually(lambda: sends_of(ann_asked.metrics(), "unknown") > 0, "nobody knows of ann's message", told=told)
        finally:
            self.broken("resume-broker")
        ann.say("when it is over")
        ann.wait_lines(1, wanted=lambda line: line.endswith("ann: when it is over"))
        clients = {"robot": (robot, robot_asked), "ann": (ann, ann_asked)}

        def statements(stored=None):
            own = asked.metrics()
            all_of = {name: one.metrics() for name, (_, one) in clients.items()}
            out = self.idle(own, "server") | {
                "received": (own["parley_server_received_total",], sum(requests_of(own, "server").values())),
                "published": (own["parley_server_published_total",], sends_of(own, "stored")),
                "repeats": (own["parley_server_publish_repeats_total",], sends_of(own, "rejected", "unknown")),
                "nothing waits": ([own[f"parley_server_{name}",] for name in ("outbox_messages", "consumer_lag_messages")], [0, 0]),
                "connections": (own["parley_bus_connections",], self.sockets(server))}
            for name, metrics in all_of.items():
                ended = sum(requests_of(metrics, "client").values())
                out |= {f"{name}: {what}": pair for what, pair in self.idle(metrics, "client").items()} | {
                    f"{name}: sends": (sends_of(metrics, *OUTCOMES), ended + metrics["parley_client_resent_total",]),
                    f"{name}: connections": (metrics["parley_bus_connections",], self.sockets(clients[name][0]))}
            if stored:
                heard = sum(sum_of(requests_of(one, "client"), "ok", "business", "system") + one["parley_client_late_answers_total",]
                            for one in all_of.values())
                # Of a send whose answer was lost the broker may hold what nobody counts as stored.
                published = stored["responses"] + stored["events"] - own["parley_server_published_total",]
                seen = all_of["robot"]["parley_client_deliveries_total",] + all_of["robot"]["parley_client_duplicates_total",]
                out |= {"stored requests": (own["parley_server_received_total",], stored["requests"]),
                        "published unknowingly": (0 <= published <= sends_of(own, "unknown"), True),
                        "every answer was heard": (heard, stored["responses"]),
                        "every event was seen, the first time or again": (seen, stored["events"])}
            return out
        self.agree(statements, lambda: asked.metrics()["parley_server_received_total",], told)


if __name__ == "__main__":
    unittest.main()
