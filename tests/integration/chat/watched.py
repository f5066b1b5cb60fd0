# A real Prometheus over a server and a client, with the configuration that is shipped.
import json
import math
import urllib.parse
import urllib.request

from installation import SOURCE, eventually, running
from operations import free_address

DEPLOY = SOURCE / "deploy"


class watched:
    """For an installation: a test that has one more program, which watches the others."""

    def start_prometheus(self, server, client, rules, interval="1s"):
        self.address = free_address()
        rules_file = self.folder / "rules.yml"
        rules_file.write_text(rules)
        text = (DEPLOY / "prometheus" / "prometheus.yml").read_text()
        # As shipped, but for where the programs are and for a test's patience.
        for shipped, ours in (("127.0.0.1:9464", server), ("127.0.0.1:9465", client), ("15s", interval),
                              ("rules.yml", str(rules_file))):
            self.assertIn(shipped, text)
            text = text.replace(shipped, ours)
        configuration = self.folder / "prometheus.yml"
        configuration.write_text(text)
        self.prometheus = running(["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={self.folder / 'tsdb'}",
                                   f"--web.listen-address={self.address}"], self.environment(), self.folder, "prometheus")
        self.addCleanup(self.prometheus.discard)

    def api(self, path, **arguments):
        """What its HTTP interface answers; nothing while it does not."""
        query = urllib.parse.urlencode(arguments)
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/{path}?{query}", timeout=60) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None

    def values(self, query):
        found = self.api("query", query=query)
        return [float(one["value"][1]) for one in found["result"]] if found else []

    def talk_until(self, condition, what):
        def looked():
            self.send("hello")
            return condition()
        eventually(looked, what, told=self.told)

    def has_data(self, query):
        """A value that is a number: a rate of nothing is none."""
        return any(not math.isnan(value) for value in self.values(query))

    def told(self):
        return self.prometheus.told()
