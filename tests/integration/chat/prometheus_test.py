# A real Prometheus with the configuration that is shipped: it scrapes a server and a client, and every query finds data.
import json
import subprocess
import unittest

from installation import installation
from operations import free_address, operations
from watched import DEPLOY, watched


class prometheus(watched, installation):
    def setUp(self):
        super().setUp()
        server, client = free_address(), free_address()
        self.programs = [self.start("server", CHAT_OPS=server, ROCKETMQ_GROUP=f"server-{self.mark}"),
                         self.start("client", "--service", CHAT_OPS=client, **self.client_environment("robot"))]
        self.served = [operations(server), operations(client)]
        for program, asked in zip(self.programs, self.served):
            asked.wait_ready(told=program.told)
        self.start_prometheus(server, client, (DEPLOY / "prometheus" / "rules.yml").read_text())

    def test_every_panel_and_rule_finds_data(self):
        dashboard = json.loads((DEPLOY / "grafana" / "parley.json").read_text())
        queries = [target["expr"].replace("$job", "parley-.*") for panel in dashboard["panels"] for target in panel["targets"]]
        self.assertGreater(len(queries), 20)
        self.talk_until(lambda: self.values('sum(up{job=~"parley-.*"})') == [2.0], "both are scraped")
        self.talk_until(lambda: all(self.has_data(query) for query in queries[:3]), "the three figures are there")
        for query in queries:
            with self.subTest(query=query):
                self.talk_until(lambda query=query: self.has_data(query), query)
        self.talk_until(lambda: self.has_data("parley:send_success:ratio_rate5m"), "the recorded figures are there")
        self.assertEqual(self.values("parley:send_success:ratio_rate5m"), [1.0])
        self.assertEqual(self.values("parley:request_errors:ratio_rate5m"), [0.0])
        self.assertLess(self.values("parley:response_time_seconds:p50_rate5m")[0], 10)
        rules = [rule for group in self.api("rules")["groups"] for rule in group["rules"]]
        for rule in rules:
            self.assertEqual((rule["health"], rule.get("state", "inactive")), ("ok", "inactive"), rule)

    def test_metrics_pass_promtools_lint(self):
        for asked in self.served:
            text = asked.get("/metrics")[1]
            checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True, timeout=60)
            self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
